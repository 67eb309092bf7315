"""Our own fine-tuning and serving endpoint in the OpenAI wire format, with an engine of its own.

`finetune trainer` starts the server (`app`), `finetune pretrain` makes a base model; both keep
everything under DATA_DIR/trainer. Nothing outside this package imports it except the CLI.
"""
