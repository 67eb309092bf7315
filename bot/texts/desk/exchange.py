"""What the desk says about bringing examples in and taking them out."""

from collections.abc import Mapping
from dataclasses import dataclass

Named = tuple[str, str]


@dataclass(frozen=True)
class ExchangeTexts:
    """Sentences of /curate/dataset/import and /export. Blanks are filled with text."""

    back: str
    # import
    import_title: str
    import_intro: str
    drop: str
    choose: str
    takes: str
    sending: str
    no_scripts: str
    too_big: str
    not_sent: str
    come_in_again: str
    no_format: str
    what_table: str
    what_jsonl: str
    private: str
    removed: str
    # under way
    looking: str
    looking_more: str
    bringing: str
    bringing_more: str
    reload: str
    # found
    unusable: str
    reasons: Mapping[str, str]
    found: str
    looked: str
    read: str
    ready: str
    left_out: str
    file: str
    remedies: str
    remedies_more: str
    told: str
    rows: str
    becomes: str
    goes: str
    but: str
    findings: Mapping[str, Named]
    unfit: str
    unfit_more: str
    row: str
    preview: str
    preview_more: str
    roles: Mapping[str, str]
    place: str
    question: str
    answer: str
    sheet: str
    place_more: str
    look_again: str
    import_rows: str
    import_note: str
    nothing: str
    remove: str
    # done
    finished: str
    new: str
    known: str
    held: str
    done_more: str
    held_more: str
    see: str
    another: str
    # export
    export_title: str
    export_intro: str
    selection: str
    all: str
    matching: str
    none: str
    change: str
    text: str
    status: str
    source: str
    author: str
    channel: str
    since: str
    until: str
    any: str
    show: str
    reminder: str
    formats: Mapping[str, Named]
    no_parquet: str
    first_rows: str
    no_rows: str
    download: str
    download_of: str


EN = ExchangeTexts(
    back="Dataset",
    import_title="Import examples",
    import_intro="A file is checked first. Nothing is added before you have seen what is in it.",
    drop="Drop a file here",
    choose="Choose a file",
    takes="CSV, TSV, Excel, JSON Lines · up to {size} MB",
    sending="Sending {name}…",
    no_scripts="Sending a file from this page needs JavaScript. Without it, run this where the bot runs:",
    too_big="This file is larger than {size} MB. Split it, or use the command `finetune import`.",
    not_sent="The file could not be sent. Try again; if it stays so, look at your connection.",
    come_in_again="You are not signed in any more, or may not do this. Load this page again.",
    no_format="This is no table and no JSON Lines: CSV, TSV, XLSX, XLS, ODS, JSONL, JSON, TXT.",
    what_table="A table needs two columns, one with questions and one with answers.",
    what_jsonl='JSON Lines hold chat rows as models are trained on: {{"messages": […]}}.',
    private="Secrets, e-mail addresses and phone numbers are replaced by placeholders. The file itself "
    "is removed after the import, or after an hour.",
    removed="The file was removed; nothing was imported.",
    looking="Looking at {name}",
    looking_more="Columns, duplicates, contradictions, secrets, lengths. This takes a moment.",
    bringing="Importing {rows} examples",
    bringing_more="You may leave this page; it goes on, and nothing comes in twice.",
    reload="Load again",
    unusable="This file cannot be imported",
    reasons={
        "no_rows": "It is empty.",
        "too_much": "It becomes too much when it is unpacked or read. Split it into smaller files.",
        "damaged": "It cannot be read: it is damaged, or not what its name says.",
        "refused": "",
    },
    found="What is in {name}",
    looked="Looked at again, with your choices.",
    read="Rows read",
    ready="Can be imported",
    left_out="Left out",
    file="File",
    remedies="What was found, and what is done about it",
    remedies_more="Ticked remedies are applied. Change them and look again to see the difference.",
    told="Good to know",
    rows="Rows",
    becomes="becomes",
    goes="is left out",
    but="But: {why}",
    findings={},
    unfit="{count} rows cannot be examples",
    unfit_more="They are not imported. The first of them, counted without what is left out above:",
    row="Row {row}",
    preview="The first rows as conversations",
    preview_more="This is what the model will be taught to answer.",
    roles={"system": "System", "user": "Question", "assistant": "Answer", "tool": "Tool"},
    place="Where questions and answers are",
    question="Column with questions",
    answer="Column with answers",
    sheet="Sheet",
    place_more="Left empty, they are found out.",
    look_again="Look again",
    import_rows="Import {rows} examples",
    import_note="They are approved in your name. What is there already changes nothing.",
    nothing="No row is left to import.",
    remove="Remove the file",
    finished="{rows} rows are in",
    new="New",
    known="Known before",
    held="Not taught",
    done_more="The file was removed. Sending it again would change nothing.",
    held_more="Rows that contradict a correction or a curator's decision, or were rejected before, are "
    "not taught; those that need a decision wait in Review.",
    see="See imported examples",
    another="Import another file",
    export_title="Export examples",
    export_intro="Take the dataset along: for training elsewhere, for a spreadsheet, for an archive.",
    selection="What will be in it",
    all="All",
    matching="Examples",
    none="No example fits. Choose others.",
    change="Choose others",
    text="Text",
    status="Status",
    source="Source",
    author="Author",
    channel="Channel",
    since="From",
    until="To",
    any="Any",
    show="Show",
    reminder="What people wrote is in these files. Keep them within your team, and delete copies that "
    "nobody needs: what somebody erases here stays in them. Each download is written down.",
    formats={
        "chat": ("Chat JSONL", "One conversation per line, as OpenAI and others train on."),
        "dpo": ("DPO JSONL", "Pairs of a better and a worse answer; only rows that have both."),
        "csv": (
            "CSV",
            (
                "For Excel and others: UTF-8, one row each. A cell that begins with = + - @ gets an "
                "apostrophe, so that no spreadsheet computes it."
            ),
        ),
        "parquet": ("Parquet", "Typed columns with the whole conversation, for data tools."),
        "huggingface": (
            "Hugging Face",
            (
                "A .zip with a dataset card and a train and validation side that share no thread and "
                "no question. Without people's ids."
            ),
        ),
    },
    no_parquet="pyarrow is not installed where the bot runs (extra `toolkit`).",
    first_rows="First rows",
    no_rows="No row of this kind.",
    download="Download",
    download_of="Download {format}",
)
JA = ExchangeTexts(
    back="データセット",
    import_title="例を取り込む",
    import_intro="まずファイルの中身を確認します。内容を見て承認するまで、何も追加されません。",
    drop="ここにファイルをドロップ",
    choose="ファイルを選択",
    takes="CSV、TSV、Excel、JSON Lines（最大 {size} MB）",
    sending="{name} を送信しています…",
    no_scripts="このページからファイルを送るには JavaScript が必要です。使えない場合は、ボットを動かしている環境で次を実行してください。",
    too_big="{size} MB を超えています。分割するか、`finetune import` コマンドを使ってください。",
    not_sent="ファイルを送信できませんでした。もう一度お試しください。続く場合は接続を確認してください。",
    come_in_again="サインインが切れたか、権限がありません。このページを読み込み直してください。",
    no_format="表でも JSON Lines でもありません。CSV、TSV、XLSX、XLS、ODS、JSONL、JSON、TXT に対応しています。",
    what_table="表には、質問の列と回答の列の二つが必要です。",
    what_jsonl='JSON Lines には、学習用のチャット行 {{"messages": […]}} を書きます。',
    private="秘密情報、メールアドレス、電話番号は伏せ字に置き換えます。ファイルは取り込み後、または 1 時間後に削除されます。",
    removed="ファイルを削除しました。何も取り込まれていません。",
    looking="{name} を確認しています",
    looking_more="列、重複、矛盾、秘密情報、長さを調べています。少しお待ちください。",
    bringing="{rows} 件を取り込んでいます",
    bringing_more="このページを離れても処理は続きます。二重に取り込まれることはありません。",
    reload="再読み込み",
    unusable="このファイルは取り込めません",
    reasons={
        "no_rows": "ファイルが空です。",
        "too_much": "展開または読み込みに必要な量が多すぎます。小さなファイルに分けてください。",
        "damaged": "読み込めません。壊れているか、拡張子と中身が異なります。",
        "refused": "",
    },
    found="{name} の内容",
    looked="選択を反映して確認し直しました。",
    read="読み込んだ行",
    ready="取り込める行",
    left_out="除外",
    file="ファイル",
    remedies="見つかった点と対処",
    remedies_more="チェックした対処を適用します。変更したら、もう一度確認して結果を見てください。",
    told="参考",
    rows="行",
    becomes="変更後",
    goes="除外されます",
    but="注意: {why}",
    findings={
        "columns": ("列名が標準と異なります", "質問と回答の列として扱う"),
        "extra_columns": ("質問と回答以外の列があります", "使わない"),
        "unreadable": ("読み込めない行があります", "除外する"),
        "secrets": ("秘密情報や個人情報を含む行があります", "伏せ字に置き換える"),
        "uppercase_prompts": ("質問の多くが大文字です", "小文字にする"),
        "uppercase_completions": ("回答の多くが大文字です", "小文字にする"),
        "empty_prompt": ("質問が空の行があります", "除外する"),
        "empty_completion": ("回答が空の行があります", "除外する"),
        "too_long": ("モデルのトークン上限を超える例があります", "除外する"),
        "many_turns": ("ベースモデルでは学べない会話があります", "除外する"),
        "invalid": ("学習サービスが受け付けない行があります", "除外する"),
        "duplicates": ("前と同じ行があります", "最初のものだけ残す"),
        "conflicts": ("同じ質問に別の回答がある行があります", "最後のものだけ残す"),
        "near_duplicates": ("前の行とほぼ同じ行があります", "除外する"),
        "prompt_prefix": ("すべての質問が同じ書き出しです", "書き出しを取り除く"),
        "prompt_suffix": ("すべての質問が同じ終わり方です", "終わりを取り除く"),
        "completion_prefix": ("すべての回答が同じ書き出しです", "書き出しを取り除く"),
        "completion_suffix": ("すべての回答が同じ終わり方です", "終わりを取り除く"),
        "few_examples": ("例が少なめです（50 件以上を推奨）", ""),
        "few_per_class": ("行の少ない分類があります", ""),
        "one_answer": ("すべての回答が同じです", ""),
    },
    unfit="{count} 行は例にできません",
    unfit_more="これらは取り込まれません。はじめの数行（上で除外された行を除いて数えています）:",
    row="{row} 行目",
    preview="はじめの行を会話として表示",
    preview_more="モデルはこのように答えることを学びます。",
    roles={"system": "システム", "user": "質問", "assistant": "回答", "tool": "ツール"},
    place="質問と回答の場所",
    question="質問の列",
    answer="回答の列",
    sheet="シート",
    place_more="空欄なら自動で判断します。",
    look_again="もう一度確認",
    import_rows="{rows} 件を取り込む",
    import_note="あなたの名前で承認されます。すでにあるものは変わりません。",
    nothing="取り込める行がありません。",
    remove="ファイルを削除",
    finished="{rows} 行を取り込みました",
    new="新規",
    known="既知",
    held="学習に使わない",
    done_more="ファイルは削除しました。もう一度送っても何も変わりません。",
    held_more="訂正やキュレーターの決定と矛盾する行、以前に却下された行は学習に使われません。判断が必要なものはレビューで待っています。",
    see="取り込んだ例を見る",
    another="別のファイルを取り込む",
    export_title="例を書き出す",
    export_intro="データセットを持ち出せます。別の環境での学習、表計算、保管などに使えます。",
    selection="書き出す内容",
    all="すべて",
    matching="例",
    none="該当する例がありません。条件を変えてください。",
    change="条件を変える",
    text="テキスト",
    status="状態",
    source="由来",
    author="作成者",
    channel="チャンネル",
    since="開始日",
    until="終了日",
    any="指定なし",
    show="表示",
    reminder="ファイルには人が書いた内容が含まれます。チーム内で扱い、不要なコピーは削除してください。"
    "ここで消去しても、書き出したファイルには残ります。ダウンロードは操作履歴に記録されます。",
    formats={
        "chat": ("チャット JSONL", "1 行に 1 会話。OpenAI などの学習に使う形式です。"),
        "dpo": ("DPO JSONL", "良い回答と悪い回答の組。両方ある行だけを書き出します。"),
        "csv": (
            "CSV",
            (
                "Excel などの表計算向け（UTF-8、1 行 1 件）。= + - @ で始まるセルは、数式として計算"
                "されないよう先頭にアポストロフィを付けます。"
            ),
        ),
        "parquet": ("Parquet", "会話全体を含む型付きの列。データ分析ツール向けです。"),
        "huggingface": (
            "Hugging Face",
            (
                "データセットカード付きの .zip。学習用と検証用は、スレッドも質問も共有しません。"
                "人の ID は含みません。"
            ),
        ),
    },
    no_parquet="ボットの環境に pyarrow がありません（extra `toolkit`）。",
    first_rows="はじめの行",
    no_rows="この形式の行はありません。",
    download="ダウンロード",
    download_of="{format} をダウンロード",
)
