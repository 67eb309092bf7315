"""The screen Models: who answers, how it is taken, and where an answer comes from."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ModelTexts:
    """Also of a model's own page, and of the ways from a reply to its model and back."""

    title: str
    intro: str
    answers_now: str
    since: str
    from_the_start: str
    from_run: str
    period: str
    days: str
    answers: str
    votes: str
    up: str
    down: str
    rate: str
    corrections: str
    correction_rate: str
    rate_chart: str
    correction_chart: str
    answers_chart: str
    votes_chart: str
    day: str
    promoted: str
    rolled_back: str
    to_model: str
    back_to_model: str
    no_votes: str
    no_votes_next: str
    # a promotion's effect
    effect: str
    effect_intro: str
    model: str
    when: str
    before: str
    after: str
    few: str
    none_yet: str
    how: str
    how_wilson: str
    how_days: str
    how_votes: str
    # history and models
    history: str
    no_history: str
    no_history_next: str
    by: str
    by_gate: str
    run: str
    gate_promote: str
    gate_hold: str
    gate_reject: str
    gate_line: str
    no_gate: str
    known: str
    kind: str
    tuned: str
    given: str
    ends_soon: str
    # one model
    back: str
    origin: str
    base: str
    not_tuned: str
    replies: str
    replies_counted: str
    learnt: str
    learnt_more: str
    nothing_learnt: str
    as_champion: str
    never_champion: str
    # lineage
    trace: str
    trace_label: str
    trace_hint: str
    trace_go: str
    not_found: str
    lineage: str
    lineage_intro: str
    question: str
    asked_by: str
    answer: str
    seen_by: str
    no_feedback: str
    corrected: str
    its_example: str
    snapshot: str
    examples_in: str
    stale: str
    nearest: str
    nearest_intro: str
    no_nearest: str
    gone_snapshot: str
    alike: str
    # back from an example
    example: str
    taught: str
    authors: str
    wanted: str
    learnt_by: str
    learnt_by_none: str
    open_example: str
    from_reply: str
    no_reply: str
    imported: str


EN = ModelTexts(
    title="Models",
    intro="Who answers, what people think of it, and where each answer comes from.",
    answers_now="Answers now",
    since="since {when}",
    from_the_start="from the start",
    from_run="from run {run}",
    period="Period",
    days="{count} days",
    answers="Answers",
    votes="Votes",
    up="👍",
    down="👎",
    rate="👍 rate",
    corrections="Corrections",
    correction_rate="Correction rate",
    rate_chart="👍 rate of each model, over the last 7 days of votes (from 5 votes on; shaded: 95 % interval)",
    correction_chart="Corrections per answer, over the last 7 days",
    answers_chart="Answers a day",
    votes_chart="Votes a day",
    day="Day",
    promoted="Promoted",
    rolled_back="Rolled back",
    to_model="{model} goes live",
    back_to_model="back to {model}",
    no_votes="Nobody has asked anything yet",
    no_votes_next="As soon as the bot answers, its answers and votes are counted here, model by model.",
    effect="What each promotion changed",
    effect_intro="The 👍 rate of real answers in the 28 days before and after; shorter where another model went live.",
    model="Model",
    when="When",
    before="Before",
    after="After",
    few="too few votes",
    none_yet="no votes",
    how="How this is counted",
    how_wilson="Interval: Wilson, 95 %. With k 👍 of n votes, p = k/n and z = 1.96: (p + z²/2n ± z·√(p(1-p)/n + z²/4n²)) / (1 + z²/n). Under 20 votes no interval is judged: “too few votes”.",
    how_days="Answers are counted on the day (UTC) they were given, and votes with the answer they are about, whenever they were cast. On the day of a promotion each model keeps its own answers.",
    how_votes="One vote per person and answer; the last one counts, and one that is taken back is taken out. A correction is a 👎, too. Answers that only expired stay counted; what was deleted on request does not.",
    history="History of the champion",
    no_history="No model has been promoted yet",
    no_history_next="Train one on the Runs screen. When it passes the gate and goes live, it appears here.",
    by="by {name}",
    by_gate="by the gate",
    run="Run",
    gate_promote="Gate: promote",
    gate_hold="Gate: hold",
    gate_reject="Gate: reject",
    gate_line="{fixed} fixed, {broken} newly broken",
    no_gate="no evaluation is kept",
    known="Known models",
    kind="Kind",
    tuned="Fine-tuned",
    given="Given",
    ends_soon="{model} is shut down by its provider on {day}. Promote another model before.",
    back="All models",
    origin="Where it comes from",
    base="Base model",
    not_tuned="This model was not fine-tuned here: it comes from the settings or from the provider.",
    replies="Replies",
    replies_counted="{count} answers given",
    learnt="What it learnt",
    learnt_more="and {count} more",
    nothing_learnt="No corrections that earlier models did not know.",
    as_champion="As champion",
    never_champion="It has never answered as champion.",
    trace="Trace a reply",
    trace_label="Link to a reply of the bot in Slack",
    trace_hint="Copy the link from the message's menu in Slack. You see your own questions, and replies that people voted on.",
    trace_go="Trace",
    not_found="There is no reply behind this link that you can see.",
    lineage="Where this answer comes from",
    lineage_intro="From the question to the examples that taught the model.",
    question="Question",
    asked_by="asked by {name}",
    answer="Answer",
    seen_by="What people said",
    no_feedback="No votes yet.",
    corrected="Correction",
    its_example="Example made of it",
    snapshot="Snapshot",
    examples_in="{count} examples",
    stale="stale: something in it was removed since",
    nearest="Nearest examples",
    nearest_intro="What the model was taught with a question like this one.",
    no_nearest="Nothing in the snapshot is like this question.",
    gone_snapshot="The files of this snapshot are gone.",
    alike="{share} alike",
    example="Example",
    taught="What an example taught",
    authors="Authors",
    wanted="Answer to learn",
    learnt_by="Models that learnt it",
    learnt_by_none="No model has learnt this yet. Approved examples are in the next snapshot.",
    open_example="Open the example",
    from_reply="Made from a reply",
    no_reply="The reply is not kept any more.",
    imported="It was not made from a reply.",
)
JA = ModelTexts(
    title="モデル",
    intro="今どのモデルが答えているか、どう評価されているか、回答がどこから来たかを確認できます。",
    answers_now="現在のモデル",
    since="{when}から",
    from_the_start="最初から",
    from_run="再学習 {run} から",
    period="期間",
    days="{count}日間",
    answers="回答",
    votes="評価",
    up="👍",
    down="👎",
    rate="👍の割合",
    corrections="訂正",
    correction_rate="訂正率",
    rate_chart="モデルごとの👍の割合(直近7日間の評価、5件以上の日のみ。帯は95 %信頼区間)",
    correction_chart="回答あたりの訂正(直近7日間)",
    answers_chart="1日の回答数",
    votes_chart="1日の評価数",
    day="日付",
    promoted="公開",
    rolled_back="切り戻し",
    to_model="{model} を公開",
    back_to_model="{model} に切り戻し",
    no_votes="まだ質問がありません",
    no_votes_next="ボットが答えると、回答と評価がモデルごとにここに集計されます。",
    effect="公開による変化",
    effect_intro="実際の回答の👍の割合を、公開の前後28日間で比べます。別のモデルが公開された場合はその時点までです。",
    model="モデル",
    when="日時",
    before="公開前",
    after="公開後",
    few="評価が不足",
    none_yet="評価なし",
    how="集計方法",
    how_wilson="区間はウィルソンの95 %信頼区間です。評価n件中👍がk件のとき、p = k/n、z = 1.96として (p + z²/2n ± z·√(p(1-p)/n + z²/4n²)) / (1 + z²/n)。20件未満では判断せず「評価が不足」と表示します。",
    how_days="回答は答えた日(UTC)に数え、評価はいつ付けられても対象の回答の日に数えます。公開当日の回答は、それぞれのモデルの分として数えます。",
    how_votes="評価は1人1回答につき1件で、最後のものだけを数え、取り消されたものは除きます。訂正は👎にも数えます。保存期間が過ぎただけの回答は集計に残り、本人の希望で削除されたものは除きます。",
    history="公開の履歴",
    no_history="まだ公開されたモデルはありません",
    no_history_next="「再学習」の画面でモデルを学習させ、判定に合格して公開されると、ここに表示されます。",
    by="{name}",
    by_gate="自動判定",
    run="再学習",
    gate_promote="判定: 公開",
    gate_hold="判定: 保留",
    gate_reject="判定: 却下",
    gate_line="改善{fixed}件、悪化{broken}件",
    no_gate="評価結果は残っていません",
    known="モデル一覧",
    kind="種類",
    tuned="学習済み",
    given="既定",
    ends_soon="{model} は{day}に提供元で終了します。その前に別のモデルを公開してください。",
    back="モデル一覧",
    origin="このモデルの由来",
    base="元のモデル",
    not_tuned="ここで学習したモデルではありません。設定または提供元のモデルです。",
    replies="返信",
    replies_counted="回答{count}件",
    learnt="学んだこと",
    learnt_more="ほか{count}件",
    nothing_learnt="以前のモデルが知らなかった訂正はありません。",
    as_champion="公開期間",
    never_champion="公開されたことはありません。",
    trace="返信の由来をたどる",
    trace_label="Slackでのボットの返信へのリンク",
    trace_hint="Slackのメッセージメニューからリンクをコピーしてください。自分の質問への返信と、評価や訂正がある返信を表示できます。",
    trace_go="たどる",
    not_found="このリンクには、表示できる返信がありません。",
    lineage="この回答の由来",
    lineage_intro="質問から、モデルが学んだ例までをたどります。",
    question="質問",
    asked_by="質問者: {name}",
    answer="回答",
    seen_by="評価と訂正",
    no_feedback="まだ評価はありません。",
    corrected="訂正",
    its_example="ここから作られた例",
    snapshot="スナップショット",
    examples_in="{count}件の例",
    stale="失効: 含まれていた内容がその後削除されました",
    nearest="近い例",
    nearest_intro="この質問に似た質問で、モデルが学んだ例です。",
    no_nearest="スナップショットに似た質問はありません。",
    gone_snapshot="このスナップショットのファイルは残っていません。",
    alike="類似度 {share}",
    example="例",
    taught="この例が教えたこと",
    authors="作成者",
    wanted="学ぶ回答",
    learnt_by="この例を学んだモデル",
    learnt_by_none="まだどのモデルも学んでいません。承認された例は次のスナップショットに入ります。",
    open_example="例を開く",
    from_reply="元になった返信",
    no_reply="返信はもう保存されていません。",
    imported="返信から作られた例ではありません。",
)
