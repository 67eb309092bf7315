"""The screen Runs: the list, and one run."""

from dataclasses import dataclass


@dataclass(frozen=True)
class RunsTexts:
    """Sentences of /curate/runs. Mappings by the state of a run, or by the kind of a stage."""

    title: str
    intro: str
    start: str
    active: str
    on_hold: str
    earlier: str
    empty_title: str
    empty: str
    run: str
    back: str
    # states and how they are said in one line
    states: dict[str, str]
    held: str
    cancelling: str
    going_live: str
    promoted_by: str
    rejected_by: str
    rejected_by_gate: str
    cancelled_by: str
    held_by: str
    waits: str
    failed: str
    # columns and facts
    state: str
    started_by: str
    by_schedule: str
    by_hand: str
    examples: str
    corrections_among: str
    cost: str
    cost_estimate: str
    model: str
    took: str
    base: str
    method: str
    supervised: str
    dpo: str
    snapshot: str
    tokens: str
    job: str
    champion: str
    candidate: str
    # the timeline
    timeline: str
    stages: dict[str, str]
    kinds: dict[str, str]
    decision: str
    outcome: str
    finish: str
    progress: str
    queued: str
    queue_place: str
    # log and curves
    log: str
    log_empty: str
    log_all: str
    loss: str
    accuracy: str
    training: str
    held_out: str
    step: str
    no_curves: str
    levels: dict[str, str]
    # failed
    failed_title: str
    error: str
    advice: dict[str, str]
    # the decision
    gate: str
    verdicts: dict[str, str]
    gate_note: str
    outdated: str
    evaluation: str
    against: str
    compared: str
    groups: dict[str, str]
    group: str
    all_groups: str
    asked: str
    right_before: str
    right_now: str
    fixed: str
    broken: str
    chance: str
    chance_note: str
    tabs: dict[str, str]
    none_here: str
    question: str
    before: str
    wanted: str
    now: str
    right: str
    wrong: str
    diff: str
    example: str
    flagged: str
    voice: str
    degenerate: dict[str, str]
    range: str
    # live
    live: str
    seconds: str
    minutes: str
    hours: str
    days: str


EN = RunsTexts(
    title="Runs",
    intro="Each retraining learns the approved examples, is compared with the model that answers "
    "now, and goes live only if it is better.",
    start="Start a retraining",
    active="Under way",
    on_hold="On hold",
    earlier="Earlier",
    empty_title="No retraining yet",
    empty="Approve examples in Review; an admin starts the first retraining here or with /retrain "
    "in Slack.",
    run="Run {run}",
    back="All runs",
    states={
        "planned": "Taking a snapshot",
        "uploading": "Uploading",
        "training": "Training",
        "evaluating": "Evaluating",
        "awaiting_approval": "Waits for an admin",
        "promoted": "Promoted",
        "rejected": "Not promoted",
        "failed": "Failed",
        "cancelled": "Cancelled",
    },
    held="On hold",
    cancelling="Being cancelled",
    going_live="Going live",
    promoted_by="Promoted by {who}",
    rejected_by="Rejected by {who}",
    rejected_by_gate="Rejected by the gate: {fixed} fixed, {broken} newly broken",
    cancelled_by="Cancelled by {who}",
    held_by="Put on hold by {who}",
    waits="{fixed} fixed, {broken} newly broken: an admin decides",
    failed="Failed: {error}",
    state="State",
    started_by="Started by",
    by_schedule="the schedule",
    by_hand="the command line",
    examples="Examples",
    corrections_among="{count} corrections",
    cost="Cost",
    cost_estimate="about {amount} {currency}",
    model="New model",
    took="Duration",
    base="Base model",
    method="Method",
    supervised="Supervised",
    dpo="Preference (DPO)",
    snapshot="Snapshot",
    tokens="Tokens",
    job="Provider's job",
    champion="Model before",
    candidate="New model",
    timeline="Progress",
    stages={
        "planned": "Snapshot",
        "uploading": "Upload",
        "training": "Training",
        "evaluating": "Evaluation",
        "awaiting_approval": "Decision",
        "promoted": "Promoted",
        "rejected": "Not promoted",
        "failed": "Failed",
        "cancelled": "Cancelled",
        "": "Outcome",
    },
    kinds={
        "done": "done",
        "now": "under way",
        "todo": "to come",
        "skipped": "left out",
        "bad": "failed",
        "stopped": "stopped",
    },
    decision="Decision",
    outcome="Outcome",
    finish="The provider expects to finish at",
    progress="{done} of {total}",
    queued="in the provider's queue",
    queue_place="number {place} in the provider's queue",
    log="Events of the job",
    log_empty="The provider has reported nothing yet.",
    log_all="Show all {count} events",
    loss="Loss",
    accuracy="Token accuracy",
    training="Training",
    held_out="Held out",
    step="Step",
    no_curves="Curves appear here with the first steps of the training.",
    levels={"info": "Info", "warn": "Warning", "warning": "Warning", "error": "Error"},
    failed_title="This run failed",
    error="What was said",
    advice={
        "planned": "Nothing was sent. Look at the dataset for what is missing, then start again.",
        "uploading": "Nothing was trained. Check the provider's key and limits (bot doctor tells), "
        "then start again.",
        "training": "The provider stopped the job; its events below may say why. Mend what they "
        "name, then start again: the examples are all still there.",
        "evaluating": "The new model was trained but could not be compared, so it does not answer. "
        "Start again once the provider serves it.",
        "awaiting_approval": "The new model did not go live. Start again.",
    },
    gate="The gate's decision",
    verdicts={
        "promote": "Better: may go live",
        "hold": "Not clear: a person decides",
        "reject": "Not better: stays out",
    },
    gate_note="Better on what was corrected, not worse on the rest, and never broken text.",
    outdated="It was compared with {before}, but {now} answers now: what that has learnt since may "
    "be lost.",
    evaluation="Evaluation",
    against="Compared with {model}",
    compared="Both models beside each other",
    groups={"corrected": "Corrected", "held_out": "Held out", "seen": "Seen in training"},
    group="Kind of question",
    all_groups="All",
    asked="Asked",
    right_before="Right before",
    right_now="Right now",
    fixed="Fixed",
    broken="Newly broken",
    chance="Chance (p)",
    chance_note="p: how likely so large a difference is if both models were equally good (exact "
    "McNemar test, one-sided); from ten differing answers on.",
    tabs={
        "fixed": "Fixed",
        "wrong": "Still wrong",
        "broken": "Newly broken",
        "kept": "Kept",
    },
    none_here="No questions here.",
    question="Question",
    before="Before",
    wanted="Wanted",
    now="Now",
    right="right",
    wrong="wrong",
    diff="Compare “now” with “wanted”",
    example="The example",
    flagged="flagged as suspicious",
    voice="one person's word",
    degenerate={
        "empty": "empty",
        "truncated": "cut off",
        "repeated": "repeats itself",
        "refused": "refused",
    },
    range="{first} to {last} of {total}",
    live="Live: this page follows the run.",
    seconds="{count} s",
    minutes="{count} min",
    hours="{count} h",
    days="{count} d",
)
JA = RunsTexts(
    title="再学習",
    intro="承認済みの例を学習し、現在のモデルと比較して、より良い場合にだけ公開されます。",
    start="再学習を始める",
    active="進行中",
    on_hold="保留中",
    earlier="これまでの再学習",
    empty_title="再学習はまだ行われていません",
    empty="まず「レビュー」で例を承認してください。管理者はこの画面、または Slack の /retrain で最初の"
    "再学習を始められます。",
    run="再学習 {run}",
    back="再学習の一覧",
    states={
        "planned": "スナップショット作成中",
        "uploading": "アップロード中",
        "training": "学習中",
        "evaluating": "評価中",
        "awaiting_approval": "管理者の判断待ち",
        "promoted": "公開",
        "rejected": "不採用",
        "failed": "失敗",
        "cancelled": "中止",
    },
    held="保留中",
    cancelling="中止しています",
    going_live="公開しています",
    promoted_by="{who} が公開",
    rejected_by="{who} が却下",
    rejected_by_gate="自動判定で却下: {fixed} 件改善、{broken} 件悪化",
    cancelled_by="{who} が中止",
    held_by="{who} が保留",
    waits="{fixed} 件改善、{broken} 件悪化。管理者の判断待ち",
    failed="失敗: {error}",
    state="状態",
    started_by="開始した人",
    by_schedule="スケジュール",
    by_hand="コマンドライン",
    examples="例",
    corrections_among="うち訂正 {count} 件",
    cost="費用",
    cost_estimate="約 {amount} {currency}",
    model="新しいモデル",
    took="所要時間",
    base="ベースモデル",
    method="学習方法",
    supervised="教師あり",
    dpo="選好 (DPO)",
    snapshot="スナップショット",
    tokens="トークン",
    job="プロバイダーのジョブ",
    champion="以前のモデル",
    candidate="新しいモデル",
    timeline="進行状況",
    stages={
        "planned": "スナップショット",
        "uploading": "アップロード",
        "training": "学習",
        "evaluating": "評価",
        "awaiting_approval": "判断",
        "promoted": "公開",
        "rejected": "不採用",
        "failed": "失敗",
        "cancelled": "中止",
        "": "結果",
    },
    kinds={
        "done": "完了",
        "now": "進行中",
        "todo": "これから",
        "skipped": "実施せず",
        "bad": "失敗",
        "stopped": "停止",
    },
    decision="判断",
    outcome="結果",
    finish="プロバイダーによる終了予定:",
    progress="{done} / {total}",
    queued="プロバイダーの順番待ち",
    queue_place="プロバイダーの順番待ち {place} 番目",
    log="ジョブの記録",
    log_empty="プロバイダーからの報告はまだありません。",
    log_all="{count} 件すべてを表示",
    loss="損失",
    accuracy="トークン正解率",
    training="学習用",
    held_out="検証用",
    step="ステップ",
    no_curves="学習が始まると、ここに曲線が表示されます。",
    levels={"info": "情報", "warn": "警告", "warning": "警告", "error": "エラー"},
    failed_title="この再学習は失敗しました",
    error="エラーの内容",
    advice={
        "planned": "何も送信されていません。データセットに不足がないか確認し、もう一度始めてください。",
        "uploading": "学習は行われていません。プロバイダーのキーと上限を確認し（bot doctor で分かります）、"
        "もう一度始めてください。",
        "training": "プロバイダーがジョブを停止しました。下の記録に理由がある場合があります。原因を取り除いて"
        "から、もう一度始めてください。例はすべて残っています。",
        "evaluating": "新しいモデルは学習を終えましたが、比較できなかったため回答には使われていません。"
        "プロバイダーで利用できるようになったら、もう一度始めてください。",
        "awaiting_approval": "新しいモデルは公開されていません。もう一度始めてください。",
    },
    gate="自動判定",
    verdicts={
        "promote": "改善: 公開できます",
        "hold": "判断できません: 人が決めます",
        "reject": "改善なし: 公開しません",
    },
    gate_note="訂正された質問で改善し、ほかで悪化せず、壊れた回答がないことが条件です。",
    outdated="比較したのは {before} ですが、現在は {now} が回答しています。その後に学んだ内容が失われることが"
    "あります。",
    evaluation="評価",
    against="{model} との比較",
    compared="両モデルの比較",
    groups={"corrected": "訂正された質問", "held_out": "検証用の質問", "seen": "学習済みの質問"},
    group="質問の種類",
    all_groups="すべて",
    asked="質問数",
    right_before="以前の正答",
    right_now="今回の正答",
    fixed="改善",
    broken="悪化",
    chance="偶然の確率 (p)",
    chance_note="p は、両モデルが同等のときに、これだけの差が偶然に生じる確率です（正確マクネマー検定、片側）。"
    "回答の差が 10 件以上のときに表示します。",
    tabs={
        "fixed": "改善",
        "wrong": "誤りのまま",
        "broken": "新たに悪化",
        "kept": "維持",
    },
    none_here="該当する質問はありません。",
    question="質問",
    before="以前",
    wanted="正しい回答",
    now="今回",
    right="正",
    wrong="誤",
    diff="「今回」と「正しい回答」の差分",
    example="元の例",
    flagged="要注意の印あり",
    voice="1 人だけの訂正",
    degenerate={
        "empty": "空の回答",
        "truncated": "途中で切れた回答",
        "repeated": "繰り返し",
        "refused": "回答を拒否",
    },
    range="{total} 件中 {first}〜{last} 件目",
    live="このページは自動で更新されます。",
    seconds="{count} 秒",
    minutes="{count} 分",
    hours="{count} 時間",
    days="{count} 日",
)
