"""The screen People: who taught the bot what, who decided, who agrees, who opted out."""

from dataclasses import dataclass


@dataclass(frozen=True)
class PeopleTexts:
    """Sentences of /curate/people."""

    intro: str
    none: str
    none_next: str
    # who taught
    taught: str
    person: str
    corrections: str
    ups: str
    examples: str
    approved: str
    rejected: str
    waiting: str
    live: str
    live_meaning: str
    share: str
    share_meaning: str
    last_active: str
    never: str
    sort_by: str
    # curators
    curators: str
    curators_none: str
    decisions: str
    edited: str
    waited: str
    waited_all: str
    seconds: str
    minutes: str
    hours: str
    days: str
    # agreement
    agreement: str
    agreement_none: str
    pair: str
    n: str
    observed: str
    kappa: str
    too_few: str
    undefined: str
    formula: str
    formula_about: str
    formula_kappa: str
    # opt-outs
    opted_out: str
    opted_out_meaning: str
    opted_out_none: str
    since: str
    since_unknown: str
    # one person
    back: str
    theirs: str
    theirs_none: str
    decided_by_them: str
    all_in_dataset: str
    gone: str
    open_example: str
    range: str


EN = PeopleTexts(
    intro="Who taught the bot what, and what became of it.",
    none="Nobody has taught the bot yet",
    none_next="A 👍 or a correction under a reply in Slack is enough.",
    taught="Who taught what",
    person="Person",
    corrections="Corrections",
    ups="👍",
    examples="Examples",
    approved="Approved",
    rejected="Rejected",
    waiting="Waiting",
    live="Went live",
    live_meaning="Went live: corrections that are in the snapshot of a promoted run and are still "
    "taught, word for word.",
    share="Share approved",
    share_meaning="Share approved: of the examples that were decided. An example may have several "
    "people behind it, and counts for each.",
    last_active="Last active",
    never="no time is known",
    sort_by="Sort by {column}",
    curators="Who decided",
    curators_none="Nobody has decided about an example yet.",
    decisions="Decisions",
    edited="Reworded",
    waited="Waited (median)",
    waited_all="Half of all decisions were made within {time} of coming in.",
    seconds="{count} s",
    minutes="{count} min",
    hours="{count} h",
    days="{count} days",
    agreement="Agreement between curators",
    agreement_none="No two curators have given an opinion on the same answer yet.",
    pair="Curators",
    n="n",
    observed="Observed agreement",
    kappa="Cohen's κ",
    too_few="too few",
    undefined="not defined",
    formula="How this is computed",
    formula_about="Compared are answers on which both gave an opinion. A 👍, an approval or writing "
    "it as a correction says yes; a rejection, rewording it or correcting it says no. The last "
    "opinion of each counts. Curators are those who have decided about an example; at most 30 are "
    "compared.",
    formula_kappa="κ = (pₒ - pₑ) / (1 - pₑ), where pₒ is the observed agreement and pₑ the agreement "
    "that chance alone would give, from how often each says yes. 1: always agree; 0: as by chance. "
    "With n under 10, it is not told.",
    opted_out="Opted out",
    opted_out_meaning="They asked that nothing of theirs is kept. Nothing else about them is shown.",
    opted_out_none="Nobody has opted out.",
    since="since",
    since_unknown="time not known",
    back="All people",
    theirs="Their examples, newest first",
    theirs_none="No example of theirs is in the dataset.",
    decided_by_them="What they decided",
    all_in_dataset="Open in the dataset",
    gone="This person has opted out. Nothing of theirs is kept.",
    open_example="Open",
    range="{first} to {last} of {total}",
)
JA = PeopleTexts(
    intro="誰がボットに何を教え、それがどうなったかを示します。",
    none="まだ誰もボットに教えていません",
    none_next="Slack の返信に 👍 を付けるか、訂正を送ると始まります。",
    taught="教えた人",
    person="メンバー",
    corrections="訂正",
    ups="👍",
    examples="例",
    approved="承認",
    rejected="却下",
    waiting="確認待ち",
    live="反映済み",
    live_meaning="反映済み: モデルが公開された再学習のスナップショットに含まれ、今も同じ文面で教えられている訂正の数。",
    share="承認率",
    share_meaning="承認率: 判断が済んだ例のうち承認された割合。1 つの例に複数の人が関わる場合は、それぞれに数えます。",
    last_active="最後の活動",
    never="日時不明",
    sort_by="{column}で並べ替え",
    curators="判断した人",
    curators_none="まだ誰も例を判断していません。",
    decisions="判断",
    edited="書き直し",
    waited="待ち時間（中央値）",
    waited_all="判断の半数は、届いてから{time}以内に行われました。",
    seconds="{count} 秒",
    minutes="{count} 分",
    hours="{count} 時間",
    days="{count} 日",
    agreement="キュレーター間の一致",
    agreement_none="同じ回答に意見を述べた 2 人のキュレーターはまだいません。",
    pair="キュレーター",
    n="n",
    observed="一致率",
    kappa="コーエンの κ",
    too_few="件数不足",
    undefined="定義できません",
    formula="計算方法",
    formula_about="2 人とも意見を述べた回答を比べます。👍、承認、訂正としての記入は「正しい」、"
    "却下、書き直し、その回答への訂正は「正しくない」と数え、各人の最後の意見を使います。"
    "例を判断したことのある人をキュレーターとし、最大 30 人を比べます。",
    formula_kappa="κ = (pₒ - pₑ) / (1 - pₑ)。pₒ は一致率、pₑ は各人が「正しい」とする割合から求めた"
    "偶然の一致率です。1 は完全な一致、0 は偶然と同程度。n が 10 未満のときは示しません。",
    opted_out="オプトアウト",
    opted_out_meaning="自分の発言を残さないよう希望した人です。これ以外の情報は表示しません。",
    opted_out_none="オプトアウトした人はいません。",
    since="オプトアウト日時:",
    since_unknown="日時不明",
    back="メンバー一覧",
    theirs="この人の例（新しい順）",
    theirs_none="この人の例はデータセットにありません。",
    decided_by_them="この人の判断",
    all_in_dataset="データセットで開く",
    gone="この人はオプトアウトしました。発言は残されていません。",
    open_example="開く",
    range="{total} 件中 {first}〜{last} 件目",
)
