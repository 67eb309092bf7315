"""The engine for a GPU box: LoRA on any causal language model, by transformers, peft and trl.

`engine.py` is the door; everything that imports torch is behind it, loaded when first needed.
A model is a folder. A base: `base.json` ({"source": path or hub id, "revision"?}), or itself what
transformers reads. A fine-tuned one: the adapter, `base.json`, the tokenizer with its template.
"""
