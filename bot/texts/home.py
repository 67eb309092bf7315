"""What App Home says, and the modals that are opened from it.

Names of models are put into code marks and dates are Slack's own (`<!date…>`), so that blanks hold
marked-up text.
"""

from dataclasses import dataclass

from bot.texts import flags
from bot.texts.flags import FlagTexts


@dataclass(frozen=True)
class HomeTexts:
    """Sentences of App Home."""

    title: str
    how: str
    answering_now: str
    older: str
    newer: str
    previous: str
    next: str
    # one's own corrections
    mine: str
    mine_none: str
    corrected: str
    marked_good: str
    pending: str
    pending_conflict: str
    approved: str
    approved_reworded: str
    live: str
    learnt_before: str
    rejected: str
    rejected_because: str
    superseded: str
    reworded: str
    taken_back: str
    # one's own data
    data: str
    data_kept: str
    data_not_kept: str
    opt_out: str
    opt_out_title: str
    opt_out_confirm: str
    opt_out_yes: str
    opt_in: str
    no: str
    news_on: str
    news_off: str
    turn_news_off: str
    turn_news_on: str
    # the queue of the curators
    queue: str
    queue_empty: str
    queue_place: str
    question: str
    reply_corrected: str
    reply_good: str
    legend: str
    by: str
    rival: str
    doubted: str
    flagged: str
    flags: FlagTexts
    over_cap: str
    approve: str
    edit: str
    reject: str
    browser: str
    done_approved: str
    done_edited: str
    done_rejected: str
    overtaken: str
    not_curator: str
    edit_title: str
    edit_label: str
    edit_hint: str
    edit_submit: str
    edit_empty: str
    edit_too_long: str
    cancel: str
    close: str
    # the admins' part
    admins: str
    champion_since: str
    champion_first: str
    counts: str
    schedule_next: str
    schedule_none: str
    runs: str
    runs_none: str
    healthy: str
    problem: str
    retrain_hint: str
    run_planned: str
    run_uploading: str
    run_training: str
    run_evaluating: str
    run_awaiting_approval: str
    run_promoted: str
    run_rejected: str
    run_failed: str
    run_cancelled: str
    prompts_button: str
    channels: str
    channels_none: str
    channels_more: str
    channel_choose: str
    channel_edit: str


EN = HomeTexts(
    title="Apprentice learns from you",
    how=(
        "Mention me in a channel or write to me here. Press 👍 under a good reply; press 👎 to write "
        "what it should have been. Approved corrections are learnt by the next retraining, and a "
        "new model goes live only if it is better."
    ),
    answering_now="Answering now: {model}",
    older="Older",
    newer="Newer",
    previous="Previous",
    next="Next",
    mine="Your corrections",
    mine_none="None yet. Press 👎 under a reply of mine to write the first.",
    corrected="corrected: {answer}",
    marked_good="marked as good",
    pending="Pending: a curator will decide.",
    pending_conflict="Pending: somebody answered this differently, so a curator will decide.",
    approved="Approved: the next retraining learns it.",
    approved_reworded="Approved in a curator's words: the next retraining learns it.",
    live="Learnt by {model}, live since {date}.",
    learnt_before="Learnt by {model}, which does not answer at the moment.",
    rejected="Not taken.",
    rejected_because="Not taken: {reason}",
    superseded="Another answer to this question holds now.",
    reworded="Taken in a curator's words.",
    taken_back="Taken back.",
    data="Your data",
    data_kept=(
        "I keep what you ask me and what you say about my replies. What is approved is used to "
        "train this workspace's model."
    ),
    data_not_kept=(
        "You have opted out: nothing that you ask me or say about my replies is kept or trained on. "
        "What was there is removed within minutes; models that were trained before stay as they are."
    ),
    opt_out="Opt out and remove my data",
    opt_out_title="Remove what I have kept of you?",
    opt_out_confirm=(
        "Your questions and my replies to them, your votes and corrections, and the examples made of "
        "them are removed; nothing new is kept. Trained models, reports and frozen snapshots stay "
        "as they are, but those snapshots are never trained on again. This cannot be undone."
    ),
    opt_out_yes="Remove it",
    opt_in="Keep and learn again",
    no="Back",
    news_on="You get a message when a model that learnt your corrections goes live.",
    news_off="You get no message when a model that learnt your corrections goes live.",
    turn_news_off="Turn these messages off",
    turn_news_on="Turn these messages on",
    queue="Review queue",
    queue_empty="Nothing waits for a decision. 🎉",
    queue_place="{first} to {last} of {number}, oldest first",
    question="*Question*",
    reply_corrected="*My reply, corrected*",
    reply_good="*My reply, marked as good*",
    legend="~struck out~: what I said · *bold*: what it should be",
    by="By {authors}",
    rival="*Another answer to this question holds now*",
    doubted="Others marked this reply as bad.",
    flagged="🚩 *Please look closely:* {found}",
    flags=flags.EN,
    over_cap=(
        "Pending: that was a lot for one day or one question, so a curator will look at it. Nothing "
        "is lost."
    ),
    approve="Approve",
    edit="Edit…",
    reject="Reject",
    browser="Open in the browser",
    done_approved="Approved: the next retraining learns it.",
    done_edited="Approved in your words: the next retraining learns them.",
    done_rejected="Rejected: it will not be learnt.",
    overtaken="Nothing was changed: this was decided or changed by somebody else in the meantime.",
    not_curator="Only curators of Apprentice can do this. Nothing was changed.",
    edit_title="Edit and approve",
    edit_label="What the reply should be",
    edit_hint="The next retraining learns exactly this text. Your name is noted as its editor.",
    edit_submit="Approve",
    edit_empty="Please write what the reply should be.",
    edit_too_long="This text is too long for a Slack window; it can only be approved or rejected.",
    cancel="Cancel",
    close="Close",
    admins="For admins",
    champion_since="*Champion* {model} since {date}",
    champion_first="*Champion* {model}; no other has been promoted",
    counts="*Dataset* {approved} approved · {pending} waiting · {rejected} not taken",
    schedule_next="*Schedule* next retraining {date}",
    schedule_none="*Schedule* none; retrainings start by hand",
    runs="*Last retrainings*",
    runs_none="There has been no retraining yet.",
    healthy="*Health* everything answers",
    problem=":warning: {problem}",
    retrain_hint="Type `/retrain` to start a retraining, `/retrain help` for all it can do.",
    run_planned="is taking a snapshot",
    run_uploading="is uploading",
    run_training="is training",
    run_evaluating="is being evaluated",
    run_awaiting_approval="waits for an admin",
    run_promoted="promoted",
    run_rejected="not promoted",
    run_failed="failed",
    run_cancelled="cancelled",
    prompts_button="Suggested questions…",
    channels="*Channels with settings of their own*",
    channels_none="No channel has settings of its own.",
    channels_more="and {number} more",
    channel_choose="Set up a channel",
    channel_edit="Edit",
)
JA = HomeTexts(
    title="Apprentice はみなさんから学びます",
    how=(
        "チャンネルでメンションするか、ここに書いてください。良い返信には 👍 を、そうでなければ 👎 を"
        "押して、どう答えるべきだったかを書いてください。承認された訂正は次の再学習で学び、"
        "新しいモデルは良くなったときだけ公開されます。"
    ),
    answering_now="現在のモデル: {model}",
    older="以前のもの",
    newer="新しいもの",
    previous="前へ",
    next="次へ",
    mine="あなたの訂正",
    mine_none="まだありません。私の返信の 👎 を押すと、最初の訂正を書けます。",
    corrected="訂正: {answer}",
    marked_good="良い返信として評価",
    pending="保留中: キュレーターが判断します。",
    pending_conflict="保留中: 別の答えがあるため、キュレーターが判断します。",
    approved="承認済み: 次の再学習で学びます。",
    approved_reworded="キュレーターが手を加えて承認しました。次の再学習で学びます。",
    live="{model} が学習済み。{date} から公開中。",
    learnt_before="{model} が学習しましたが、現在は使われていません。",
    rejected="採用されませんでした。",
    rejected_because="採用されませんでした: {reason}",
    superseded="この質問には今は別の答えが採用されています。",
    reworded="キュレーターが手を加えて採用しました。",
    taken_back="取り消されました。",
    data="あなたのデータ",
    data_kept=(
        "あなたの質問と、返信への評価や訂正を保存しています。承認されたものは、"
        "このワークスペースのモデルの学習に使われます。"
    ),
    data_not_kept=(
        "保存と学習を停止しています。あなたの質問や評価は保存されず、学習にも使われません。"
        "これまでの分は数分以内に削除されます。すでに学習済みのモデルは変わりません。"
    ),
    opt_out="保存をやめてデータを削除",
    opt_out_title="保存された内容を削除しますか？",
    opt_out_confirm=(
        "あなたの質問とその返信、評価、訂正、そこから作られた学習例をすべて削除し、"
        "今後は何も保存しません。学習済みのモデル、レポート、作成済みのスナップショットは残りますが、"
        "そのスナップショットが再び学習に使われることはありません。この操作は取り消せません。"
    ),
    opt_out_yes="削除する",
    opt_in="保存と学習を再開",
    no="戻る",
    news_on="あなたの訂正を学んだモデルが公開されると、メッセージでお知らせします。",
    news_off="あなたの訂正を学んだモデルが公開されても、お知らせしません。",
    turn_news_off="お知らせを止める",
    turn_news_on="お知らせを受け取る",
    queue="確認待ち",
    queue_empty="判断を待っているものはありません。🎉",
    queue_place="{number} 件中 {first}〜{last} 件目（古い順）",
    question="*質問*",
    reply_corrected="*返信とその訂正*",
    reply_good="*良いと評価された返信*",
    legend="~取り消し線~: 元の返信 · *太字*: 訂正後",
    by="{authors} より",
    rival="*この質問に現在採用されている答え*",
    doubted="この返信を良くないと評価した人もいます。",
    flagged="🚩 *よく確認してください：* {found}",
    flags=flags.JA,
    over_cap=(
        "保留中: 1 日または 1 つの質問あたりの件数が多いため、キュレーターが確認します。"
        "内容は失われません。"
    ),
    approve="承認",
    edit="編集…",
    reject="却下",
    browser="ブラウザで開く",
    done_approved="承認しました。次の再学習で学びます。",
    done_edited="編集した内容で承認しました。次の再学習で学びます。",
    done_rejected="却下しました。学習には使われません。",
    overtaken="何も変更していません。その間にほかの人が判断したか、内容が変わりました。",
    not_curator="これは Apprentice のキュレーターだけができます。何も変更していません。",
    edit_title="編集して承認",
    edit_label="正しい返信",
    edit_hint="次の再学習でこの文章をそのまま学びます。編集者としてあなたの名前が記録されます。",
    edit_submit="承認",
    edit_empty="正しい返信を書いてください。",
    edit_too_long="この文章は Slack の画面には長すぎます。承認か却下だけができます。",
    cancel="キャンセル",
    close="閉じる",
    admins="管理者向け",
    champion_since="*現在のモデル* {model}（{date} から）",
    champion_first="*現在のモデル* {model}（まだ公開はありません）",
    counts="*データセット* 承認 {approved} · 待ち {pending} · 不採用 {rejected}",
    schedule_next="*スケジュール* 次の再学習は {date}",
    schedule_none="*スケジュール* なし（再学習は手動で始めます）",
    runs="*最近の再学習*",
    runs_none="再学習はまだ行われていません。",
    healthy="*状態* すべて正常です",
    problem=":warning: {problem}",
    retrain_hint="`/retrain` で再学習を始めます。`/retrain help` で使い方を表示します。",
    run_planned="スナップショットを作成中",
    run_uploading="アップロード中",
    run_training="学習中",
    run_evaluating="評価中",
    run_awaiting_approval="管理者の判断待ち",
    run_promoted="公開",
    run_rejected="公開せず",
    run_failed="失敗",
    run_cancelled="中止",
    prompts_button="質問の候補…",
    channels="*個別の設定があるチャンネル*",
    channels_none="個別の設定があるチャンネルはありません。",
    channels_more="ほか {number} 件",
    channel_choose="チャンネルを設定",
    channel_edit="編集",
)
