"""The screen Snapshots: what was trained on, what changed between two of them, the check of one."""

from dataclasses import dataclass


@dataclass(frozen=True)
class SnapshotTexts:
    """Sentences of /curate/snapshots."""

    intro: str
    none: str
    none_next: str
    # the list, and what one holds
    taken: str
    snapshot: str
    rows: str
    train: str
    validation: str
    sides: str
    tokens: str
    corrections: str
    pairs: str
    pairs_meaning: str
    runs: str
    model: str
    by_source: str
    moved_here: str
    against_before: str
    missing: str
    # what became of a run
    states: dict[str, str]
    live: str
    # stale ones
    stale: str
    stale_why: str
    stale_rows: str
    stale_search: str
    withheld: str
    # comparing
    compare: str
    from_: str
    to: str
    show_changes: str
    compared: str
    kinds: dict[str, str]
    same: str
    no_changes: str
    none_of_kind: str
    one_only: str
    swap: str
    was_on: str
    question: str
    answer: str
    answer_after: str
    better: str
    conversation: str
    # check
    check: str
    checking: str
    reload: str
    no_file: str
    no_errors: str
    errors: str
    more_errors: str
    no_warnings: str
    warnings: str
    lines: str
    at_least: str
    epochs: str
    epochs_rule: str
    billed: str
    cost: str
    cost_unknown: str
    price_from: str
    replies_cost: str
    replies_tuned: str
    longest: str
    median: str
    whole_report: str
    counted_with: str
    # rows and files
    examples: str
    search: str
    search_hint: str
    side: str
    both: str
    show: str
    found: str
    found_none: str
    clear: str
    range: str
    download: str
    download_note: str
    open_example: str


EN = SnapshotTexts(
    intro="A snapshot is the dataset as it was when a run began. It never changes, so that what a "
    "model learnt can always be looked up.",
    none="No snapshots yet",
    none_next="One is taken when a retraining begins.",
    taken="Taken",
    snapshot="Snapshot",
    rows="Rows",
    train="Training",
    validation="Validation",
    sides="{train} to train on, {validation} to compare with",
    tokens="Tokens",
    corrections="Corrections",
    pairs="Pairs",
    pairs_meaning="A better answer beside a worse one, for training by preference.",
    runs="Runs that used it",
    model="Base model",
    by_source="Where the rows come from",
    moved_here="All snapshots",
    against_before="What changed",
    missing="Its files are not on this server.",
    states={
        "planned": "Planned",
        "uploading": "Uploading",
        "training": "Training",
        "evaluating": "Evaluating",
        "awaiting_approval": "Waits for a decision",
        "promoted": "Promoted",
        "rejected": "Rejected",
        "failed": "Failed",
        "cancelled": "Cancelled",
    },
    live="answers now",
    stale="Stale",
    stale_why="Somebody asked for something in it to be removed. It is not trained on again, and its "
    "files are not given out.",
    stale_rows="Only rows that the dataset still holds word for word are shown.",
    stale_search="A stale snapshot cannot be searched.",
    withheld="Removed or changed in the dataset since; not shown.",
    compare="Compare two snapshots",
    from_="From",
    to="To",
    show_changes="Show what changed",
    compared="What changed",
    kinds={
        "added": "Added",
        "removed": "Removed",
        "changed": "Changed",
        "moved": "Moved",
    },
    same="Unchanged",
    no_changes="Both hold the same rows.",
    none_of_kind="Nothing of this kind.",
    one_only="With a second snapshot, you can compare the two here.",
    swap="Swap",
    was_on="{before} → {after}",
    question="Question",
    answer="Answer",
    answer_after="After",
    better="Correction",
    conversation="Whole conversation",
    check="Check",
    checking="The training file is being checked. This takes a few seconds for each 10,000 rows.",
    reload="Look again",
    no_file="There is nothing to check: the training file is empty or gone.",
    no_errors="No errors",
    errors="{count} errors",
    more_errors="and {count} more",
    no_warnings="No warnings",
    warnings="{count} warnings",
    lines="lines {lines}",
    at_least="at least {count}",
    epochs="Epochs",
    epochs_rule="as the provider chooses by its published rule",
    billed="Billed tokens",
    cost="Cost of training",
    cost_unknown="No price is known for {model}",
    price_from="Price from {source}, {date}",
    replies_cost="1,000 such replies",
    replies_tuned="{before} from the base model, {after} from the tuned one",
    longest="Longest row",
    median="Median row",
    whole_report="The report in full, as the command prints it",
    counted_with="tokens, counted with {name}",
    examples="Rows",
    search="Search",
    search_hint="Words in the question or the answer",
    side="Side",
    both="Both",
    show="Show",
    found="{count} rows found",
    found_none="No row holds these words.",
    clear="Show all",
    range="{first} to {last} of {total}",
    download="Download",
    download_note="A download is written to the activity log.",
    open_example="Open in the dataset",
)
JA = SnapshotTexts(
    intro="スナップショットは、学習を始めた時点のデータセットの写しです。後から変わらないので、"
    "モデルが何を学んだかをいつでも確かめられます。",
    none="スナップショットはまだありません",
    none_next="再学習を始めると作られます。",
    taken="作成日時",
    snapshot="スナップショット",
    rows="行数",
    train="学習用",
    validation="検証用",
    sides="学習用 {train} 行、検証用 {validation} 行",
    tokens="トークン数",
    corrections="訂正",
    pairs="ペア",
    pairs_meaning="良い回答と良くない回答の組。選好による学習に使います。",
    runs="使用した再学習",
    model="ベースモデル",
    by_source="行の出どころ",
    moved_here="スナップショット一覧",
    against_before="変更点",
    missing="ファイルがこのサーバーにありません。",
    states={
        "planned": "計画済み",
        "uploading": "アップロード中",
        "training": "学習中",
        "evaluating": "評価中",
        "awaiting_approval": "判断待ち",
        "promoted": "公開",
        "rejected": "不採用",
        "failed": "失敗",
        "cancelled": "中止",
    },
    live="現在回答中",
    stale="失効",
    stale_why="含まれる内容について削除の依頼がありました。今後の学習には使われず、ファイルも配布されません。",
    stale_rows="データセットに今も同じ文面で残っている行だけを表示しています。",
    stale_search="失効したスナップショットは検索できません。",
    withheld="その後データセットから削除または変更されたため、表示しません。",
    compare="2 つのスナップショットを比べる",
    from_="比較元",
    to="比較先",
    show_changes="変更点を表示",
    compared="変更点",
    kinds={
        "added": "追加",
        "removed": "削除",
        "changed": "変更",
        "moved": "移動",
    },
    same="変更なし",
    no_changes="どちらも同じ行を含んでいます。",
    none_of_kind="この種類の変更はありません。",
    one_only="スナップショットが 2 つになると、ここで比べられます。",
    swap="入れ替え",
    was_on="{before} → {after}",
    question="質問",
    answer="回答",
    answer_after="変更後",
    better="訂正",
    conversation="会話全体",
    check="チェック",
    checking="学習用ファイルをチェックしています。1 万行あたり数秒かかります。",
    reload="更新",
    no_file="学習用ファイルが空か、見つからないため、チェックできません。",
    no_errors="エラーなし",
    errors="エラー {count} 件",
    more_errors="ほか {count} 件",
    no_warnings="警告なし",
    warnings="警告 {count} 件",
    lines="{lines} 行目",
    at_least="{count} 件以上",
    epochs="エポック数",
    epochs_rule="提供元の公開規則による値",
    billed="課金トークン数",
    cost="学習費用",
    cost_unknown="{model} の価格は不明です",
    price_from="価格の出典: {source}、{date}",
    replies_cost="同様の返信 1,000 件",
    replies_tuned="ベースモデル {before}、学習後 {after}",
    longest="最長の行",
    median="行の中央値",
    whole_report="コマンドが出力する報告の全文",
    counted_with="トークン（{name} で計数）",
    examples="行",
    search="検索",
    search_hint="質問または回答に含まれる語",
    side="区分",
    both="すべて",
    show="表示",
    found="{count} 行が見つかりました",
    found_none="これらの語を含む行はありません。",
    clear="すべて表示",
    range="{total} 行中 {first}〜{last} 行目",
    download="ダウンロード",
    download_note="ダウンロードは操作履歴に記録されます。",
    open_example="データセットで開く",
)
