"""Our own fine-tuning and serving endpoint in the OpenAI wire format, with an engine of its own.

`finetune trainer` starts the server (`app`), `finetune pretrain` makes a base model; both keep
everything under DATA_DIR/trainer. A request comes in by `routes` as values of `wire` and meets
`stores`, `jobs` or `serving`; `launchers` says where a job trains, here or on a `cluster`, and
`engines` what trains and answers. Nothing outside this package imports it except the CLI.
"""
