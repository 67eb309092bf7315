"""What the screen Dataset says."""

from dataclasses import dataclass


@dataclass(frozen=True)
class DatasetTexts:
    """Sentences of /curate/dataset and of one example's page."""

    intro: str
    search: str
    hint: str
    find: str
    more_filters: str
    source: str
    author: str
    channel: str
    since: str
    until: str
    flag: str
    any_flag: str
    anything: str
    order: str
    newest: str
    oldest: str
    clear: str
    all: str
    by_status: str
    found: str
    shown: str
    list: str
    question: str
    answer: str
    status: str
    who: str
    when: str
    flags: str
    import_: str
    export: str
    to_review: str
    numbers: str
    growth: str
    by_day: str
    by_week: str
    by_month: str
    day: str
    sources: str
    none: str
    none_advice: str
    empty: str
    empty_advice: str
    preparing: str
    preparing_more: str
    progress: str
    # one example
    back: str
    example: str
    conversation: str
    system: str
    user: str
    assistant: str
    tool: str
    to_learn: str
    changed: str
    bot_said: str
    flagged: str
    note: str
    votes: str
    nobody: str
    gave: str
    history: str
    no_history: str
    near: str
    near_none: str
    same: str
    facts: str
    tokens: str
    given: str
    updated: str
    reason: str
    decide: str
    example_id: str
    learnt_by: str


EN = DatasetTexts(
    intro="Everything the bot learns from, waits for a decision, or was turned down.",
    search="Search the examples",
    hint='Words, or "words in a row"',
    find="Search",
    more_filters="Filters",
    source="Source",
    author="Written by",
    channel="Channel",
    since="From",
    until="To",
    flag="Flag",
    any_flag="Any flag",
    anything="All",
    order="Order",
    newest="Newest first",
    oldest="Oldest first",
    clear="Clear filters",
    all="All",
    by_status="By status",
    found="{count} examples",
    shown="{first} to {last} of {count}",
    list="Examples",
    question="Question",
    answer="Answer to learn",
    status="Status",
    who="From",
    when="Came in",
    flags="Flags: {count}",
    import_="Import",
    export="Export",
    to_review="Decide about those that wait",
    numbers="Totals and growth",
    growth="All examples up to each day, by their status now",
    by_day="New examples per day, by their status now",
    by_week="New examples per week, by their status now",
    by_month="New examples per month, by their status now",
    day="Day (UTC)",
    sources="By source",
    none="No example matches.",
    none_advice="Try fewer words, or take a filter away.",
    empty="Nothing here yet.",
    empty_advice="Examples appear when people mark or correct replies in Slack. You can also import "
    "what you already have.",
    preparing="Preparing the search",
    preparing_more="This happens once, after an update or when many examples are new. The page comes "
    "by itself.",
    progress="{done} of {total} examples",
    back="Dataset",
    example="Example",
    conversation="Conversation",
    system="Instructions",
    user="Question",
    assistant="Reply",
    tool="Tool",
    to_learn="Answer to learn",
    changed="What was corrected",
    bot_said="What the bot had said",
    flagged="Look twice",
    note="Note to the curator",
    votes="Where it comes from",
    nobody="nobody's name is kept",
    gave="{source} by {names}",
    history="Decisions",
    no_history="Nobody has decided about it here yet.",
    near="Nearly the same question",
    near_none="No other example asks nearly the same.",
    same="{percent} alike",
    facts="Facts",
    tokens="Tokens",
    given="Came in",
    updated="Last changed",
    reason="Why it stands so",
    decide="Review it",
    example_id="Id",
    learnt_by="Which models learnt it",
)
JA = DatasetTexts(
    intro="学習に使う例、確認を待つ例、却下された例のすべてです。",
    search="例を検索",
    hint="語句、または「連続する語句」",
    find="検索",
    more_filters="絞り込み",
    source="由来",
    author="書いた人",
    channel="チャンネル",
    since="開始日",
    until="終了日",
    flag="注意",
    any_flag="注意のあるもの",
    anything="すべて",
    order="並び順",
    newest="新しい順",
    oldest="古い順",
    clear="絞り込みを解除",
    all="すべて",
    by_status="状態別",
    found="{count} 件",
    shown="{count} 件中 {first}〜{last} 件目",
    list="例の一覧",
    question="質問",
    answer="学習する答え",
    status="状態",
    who="提供者",
    when="登録日時",
    flags="注意: {count}",
    import_="取り込み",
    export="書き出し",
    to_review="確認待ちの例を判断する",
    numbers="件数と推移",
    growth="各日までの累計(現在の状態別)",
    by_day="1日ごとの新しい例(現在の状態別)",
    by_week="1週ごとの新しい例(現在の状態別)",
    by_month="1か月ごとの新しい例(現在の状態別)",
    day="日付(UTC)",
    sources="由来別",
    none="一致する例はありません。",
    none_advice="語句を減らすか、絞り込みを外してみてください。",
    empty="まだ例がありません。",
    empty_advice="Slack で返信が評価・訂正されると、ここに現れます。手元のデータを取り込むこともできます。",
    preparing="検索の準備をしています",
    preparing_more="更新のあとや、新しい例が多いときに一度だけ行われます。終わると自動で表示されます。",
    progress="{total} 件中 {done} 件",
    back="データセット",
    example="例",
    conversation="会話",
    system="指示",
    user="質問",
    assistant="返信",
    tool="ツール",
    to_learn="学習する答え",
    changed="訂正された箇所",
    bot_said="ボットの元の返信",
    flagged="要確認",
    note="キュレーターへのメモ",
    votes="由来",
    nobody="名前は残っていません",
    gave="{source}({names})",
    history="判断の記録",
    no_history="ここではまだ誰も判断していません。",
    near="よく似た質問",
    near_none="よく似た質問の例はほかにありません。",
    same="類似度 {percent}",
    facts="概要",
    tokens="トークン数",
    given="登録日時",
    updated="最終更新",
    reason="現在の状態の理由",
    decide="レビューする",
    example_id="ID",
    learnt_by="この例を学んだモデル",
)
