"""What the curation pages say in a browser, and their refusals.

A refusal has a title and says what to do next; no word of an exception ever stands there.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Refusal:
    """A page that says no: what is the case, and what helps."""

    title: str
    advice: str


@dataclass(frozen=True)
class PageTexts:
    """Sentences of /curate. Blanks are filled with text; the template escapes it."""

    name: str
    # who is here
    sign_out: str
    # the way in
    sign_in: str
    link_only: str
    link_too: str
    enter_title: str
    enter_intro: str
    enter: str
    again: str
    to_queue: str
    # refusals
    sign_in_first: Refusal
    link_used: Refusal
    not_begun: Refusal
    cancelled: Refusal
    not_confirmed: Refusal
    not_at_home: Refusal
    no_curator: Refusal
    from_elsewhere: Refusal
    form_old: Refusal
    not_allowed: Refusal
    run_refused: str
    overtaken: Refusal
    no_example: Refusal
    no_reply: Refusal
    no_answer: Refusal
    no_snapshot: Refusal
    snapshot_stale: Refusal
    no_upload: Refusal
    no_parquet: Refusal
    no_page: Refusal
    many_streams: Refusal
    wrong_method: Refusal
    not_understood: Refusal
    away: Refusal
    broken: Refusal


EN = PageTexts(
    name="Apprentice",
    sign_out="Sign out",
    sign_in="Sign in with Slack",
    link_only=(
        "Open the bot's Home tab in Slack and press “Open in the browser”. "
        "Signing in here is not set up."
    ),
    link_too="The button in the bot's Home tab in Slack leads here, too.",
    enter_title="Come in from Slack",
    enter_intro="This link was made for {name}. It works once.",
    enter="Open the review queue",
    again="Sign in again",
    to_queue="To the review queue",
    sign_in_first=Refusal(
        "Review what the bot learns",
        "These pages are for the curators and admins of your workspace.",
    ),
    link_used=Refusal(
        "This link does not work any more",
        "Each link works once, for 15 minutes. Open the bot's Home tab in Slack for a new one.",
    ),
    not_begun=Refusal(
        "This sign-in was not begun here",
        "It took too long, was used already, or began in another browser. Please start again.",
    ),
    cancelled=Refusal(
        "You are not signed in",
        "Slack was not allowed to say who you are. Nothing has happened; you may start again.",
    ),
    not_confirmed=Refusal(
        "Slack did not confirm who you are",
        "Please start again. If it happens twice, tell whoever runs this bot to ask `bot doctor`.",
    ),
    not_at_home=Refusal(
        "This bot is not in your workspace",
        "Sign in with the workspace in which you work with the bot.",
    ),
    no_curator=Refusal(
        "These pages are for curators",
        "An admin of the bot can make you one. What became of your own corrections stands in the "
        "bot's Home tab in Slack.",
    ),
    from_elsewhere=Refusal(
        "This did not come from our page",
        "Nothing was changed. Open the review queue and decide there.",
    ),
    form_old=Refusal(
        "This page was too old",
        "Nothing was changed. Open the review queue again and decide there.",
    ),
    not_allowed=Refusal(
        "You may not decide this",
        "Nothing was changed. Curators decide about examples, and admins about runs and models; "
        "somebody may have changed your role just now.",
    ),
    run_refused="This cannot be done now",
    overtaken=Refusal(
        "Somebody was faster",
        "This example was decided or changed after you opened the page. Nothing was changed now.",
    ),
    no_example=Refusal(
        "There is no such example",
        "It may have been removed by the person who wrote it.",
    ),
    no_reply=Refusal(
        "There is no such reply to see",
        "It may be gone by now. Only your own questions, and replies that people voted on, can be traced.",
    ),
    no_answer=Refusal(
        "There is no text to learn",
        "Nothing was changed. Go back, write the reply, and save it again.",
    ),
    no_snapshot=Refusal(
        "There is no such snapshot",
        "No run of this workspace has used it, or its files have been removed from this server.",
    ),
    snapshot_stale=Refusal(
        "This snapshot is not given out any more",
        "Somebody asked for something in it to be removed. A run that starts now takes a new one.",
    ),
    no_upload=Refusal(
        "This file is not here any more",
        "It was removed after an hour, or another person sent it. Send it again.",
    ),
    no_parquet=Refusal(
        "Parquet cannot be written here",
        "pyarrow is not installed where the bot runs (extra `toolkit`). Take another format.",
    ),
    no_page=Refusal("There is no such page", "Please check the address."),
    many_streams=Refusal(
        "You are watching enough runs", "Close one of your tabs, or reload the page for news."
    ),
    wrong_method=Refusal("This cannot be done here", "Open the review queue and go on from there."),
    not_understood=Refusal(
        "This address or form is not complete", "Open the review queue and go on from there."
    ),
    away=Refusal(
        "Please wait a moment",
        "Something that the bot needs cannot be reached. Try again in a minute.",
    ),
    broken=Refusal(
        "Something went wrong here",
        "It has been noted. Try again; if it stays so, tell whoever runs this bot.",
    ),
)
JA = PageTexts(
    name="Apprentice",
    sign_out="サインアウト",
    sign_in="Slack でサインイン",
    link_only=(
        "Slack でボットの「ホーム」タブを開き、「ブラウザで開く」を押してください。"
        "このページからのサインインは設定されていません。"
    ),
    link_too="Slack のボットの「ホーム」タブにあるボタンからも開けます。",
    enter_title="Slack から開く",
    enter_intro="このリンクは {name} さん専用で、一度だけ使えます。",
    enter="確認待ち一覧を開く",
    again="もう一度サインイン",
    to_queue="確認待ち一覧へ",
    sign_in_first=Refusal(
        "ボットが学ぶ内容の確認", "ワークスペースのキュレーターと管理者のためのページです。"
    ),
    link_used=Refusal(
        "このリンクはもう使えません",
        "リンクは 15 分以内に一度だけ使えます。Slack でボットの「ホーム」タブを開き直してください。",
    ),
    not_begun=Refusal(
        "このサインインはここで始められたものではありません",
        "時間切れか、使用済みか、別のブラウザで始められたものです。最初からやり直してください。",
    ),
    cancelled=Refusal(
        "サインインしていません",
        "Slack での許可が取り消されました。何も変更されていません。もう一度やり直せます。",
    ),
    not_confirmed=Refusal(
        "Slack で本人確認ができませんでした",
        "もう一度お試しください。続く場合は、ボットの運用担当者に `bot doctor` の確認を依頼してください。",
    ),
    not_at_home=Refusal(
        "このボットはあなたのワークスペースに入っていません",
        "ボットを使っているワークスペースでサインインしてください。",
    ),
    no_curator=Refusal(
        "キュレーター専用のページです",
        "ボットの管理者に依頼してください。ご自身の訂正の結果は、"
        "Slack のボットの「ホーム」タブで確認できます。",
    ),
    from_elsewhere=Refusal(
        "このページからの操作ではありません",
        "何も変更されていません。確認待ち一覧を開いて操作してください。",
    ),
    form_old=Refusal(
        "ページが古くなっています",
        "何も変更されていません。確認待ち一覧を開き直して操作してください。",
    ),
    not_allowed=Refusal(
        "この操作の権限がありません",
        "何も変更されていません。例の判断はキュレーター、学習とモデルの判断は管理者が行います。"
        "権限が変更された可能性があります。",
    ),
    run_refused="今はこの操作を実行できません",
    overtaken=Refusal(
        "ほかの人が先に処理しました",
        "このページを開いた後に、決定または変更されています。今回は何も変更されていません。",
    ),
    no_example=Refusal("この項目はありません", "書いた本人が削除した可能性があります。"),
    no_reply=Refusal(
        "表示できる返信がありません",
        "すでに削除された可能性があります。たどれるのは、自分の質問への返信と、評価や訂正がある返信だけです。",
    ),
    no_answer=Refusal(
        "学習する文章がありません",
        "何も変更されていません。前のページに戻り、返信を書いて保存してください。",
    ),
    no_snapshot=Refusal(
        "このスナップショットはありません",
        "このワークスペースの学習で使われていないか、ファイルがサーバーから削除されています。",
    ),
    snapshot_stale=Refusal(
        "このスナップショットは配布できません",
        "含まれる内容について削除の依頼がありました。次の学習では新しいスナップショットが作られます。",
    ),
    no_upload=Refusal(
        "このファイルはもうありません",
        "1 時間が過ぎて削除されたか、ほかの人が送ったものです。もう一度送ってください。",
    ),
    no_parquet=Refusal(
        "ここでは Parquet を書き出せません",
        "ボットの環境に pyarrow がありません（extra `toolkit`）。別の形式を選んでください。",
    ),
    no_page=Refusal("ページが見つかりません", "アドレスを確認してください。"),
    many_streams=Refusal(
        "同時に表示できる数を超えました",
        "タブをいくつか閉じるか、再読み込みして最新の状態を確認してください。",
    ),
    wrong_method=Refusal(
        "ここではその操作はできません", "確認待ち一覧を開いてやり直してください。"
    ),
    not_understood=Refusal(
        "アドレスまたはフォームが不完全です", "確認待ち一覧を開いてやり直してください。"
    ),
    away=Refusal(
        "しばらくお待ちください",
        "ボットに必要なサービスにつながりません。1 分ほどしてからもう一度お試しください。",
    ),
    broken=Refusal(
        "エラーが発生しました",
        "記録されました。もう一度お試しください。続く場合は、ボットの運用担当者に知らせてください。",
    ),
)
