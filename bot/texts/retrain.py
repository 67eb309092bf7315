"""What the bot says to admins about retrainings."""

from dataclasses import dataclass


@dataclass(frozen=True)
class RetrainTexts:
    """Sentences around `/retrain` and runs."""

    not_admin: str
    cancelling: str
    promoting: str
    no_run: str
    no_runs: str
    help: str
    title: str
    trouble: str
    loading: str
    start: str
    close: str
    approved: str
    corrections: str
    new: str
    new_none: str
    thumbs_up: str
    correction: str
    imported: str
    distilled: str
    pending: str
    rows: str
    tokens: str
    what: str
    live_auto: str
    live_approve: str
    check_good: str
    check_errors: str
    check_warnings: str
    check_nothing: str
    cost: str
    cost_unknown: str
    epochs: str
    base: str
    base_configured: str
    base_champion: str
    base_other: str
    base_typed: str
    base_typed_hint: str
    base_missing: str
    base_unusable: str
    method: str
    supervised: str
    dpo: str
    dpo_hint: str
    dpo_too_few: str
    dry: str
    dry_hint: str
    dry_title: str
    dry_summary: str
    dry_nothing: str
    answering: str
    held: str
    next_run: str
    history: str
    history_line: str
    history_numbers: str
    unknown_run: str
    rolled_back: str
    rolled_back_already: str
    not_rolled_back: str
    problem_active: str
    problem_limit: str
    problem_few: str
    refused_foreign: str
    refused_few: str
    refused_active: str
    refused_limit: str
    refused_promoted: str
    refused_once: str
    refused_ended: str
    refused_decided: str
    refused_first: str


EN = RetrainTexts(
    not_admin="Only admins of Apprentice can do this. Nothing was changed.",
    cancelling="The retraining is being cancelled; its message shows when it is.",
    promoting="The new model is going live; the run's message shows when it has.",
    no_run="No retraining is under way.",
    no_runs="There has been no retraining yet.",
    help=(
        "*`/retrain`* opens a summary of what has been learnt, and starts a retraining.\n"
        "*`/retrain status`* shows the run under way · *`history`* the last runs · "
        "*`cancel`* stops the run · *`promote [RUN]`* makes its model live · *`reject [RUN]`* does not · "
        "*`rollback`* returns to the model before · *`channel`* sets how I behave here · "
        "*`help`* shows this."
    ),
    title="Retrain",
    trouble="That did not work, through no fault of yours. The reason is in the bot's log; please "
    "try again.",
    loading="Reading the dataset and checking it…",
    start="Start",
    close="Cancel",
    approved="Approved examples",
    corrections="Corrections among them",
    new="New since the last run",
    new_none="Nothing is new since the last run.",
    thumbs_up="👍 {count:,}",
    correction="corrections {count:,}",
    imported="imported {count:,}",
    distilled="distilled {count:,}",
    pending="Waiting for a curator",
    rows="To learn / held out",
    tokens="Tokens to learn",
    what="{base} is fine-tuned on a frozen copy of the approved examples. The new model is then "
    "compared with the one that answers now ({champion}) on held-out and all corrected questions "
    "and a sample of the others.",
    live_auto="It goes live by itself only if it is better.",
    live_approve="You are asked before it goes live.",
    check_good=":white_check_mark: The check found no errors.",
    check_errors=":x: The check found {count:,} errors:",
    check_warnings=":warning: To know:",
    check_nothing="There is nothing to check yet.",
    cost="Estimated cost: {amount:,.2f} {currency} for {tokens:,} tokens "
    "({epochs} epochs; price of {date})",
    cost_unknown="Estimated cost: price not known ({tokens:,} tokens, {epochs} epochs)",
    epochs="The provider chooses the number of epochs (auto).",
    base="Base model",
    base_configured="{model} (BASE_MODEL)",
    base_champion="{model} (answers now: go on from it)",
    base_other="Another one, named below",
    base_typed="Name of another base model",
    base_typed_hint="Only read when “Another one” is chosen above.",
    base_missing="Name the model, or choose one above.",
    base_unusable="A model's name has no blanks and at most 200 characters.",
    method="Method",
    supervised="Supervised: learn the approved answers",
    dpo="Preference (DPO): learn from {pairs:,} corrections what is better than what",
    dpo_hint="DPO trains on the corrections alone. It works best on top of a model that has learnt "
    "them supervised already: choose the model that answers now as the base.",
    dpo_too_few="Preference (DPO) is offered from {least} corrections on; there are {pairs}. Fewer "
    "make a model worse.",
    dry="Dry run",
    dry_hint="Show the whole check and what would be sent. Nothing is sent, no job is started.",
    dry_title="Dry run",
    dry_summary="Would send *{rows:,}* rows ({bytes:,} bytes) to learn and *{held_out:,}* held out, "
    "to train {base}, method {method}. Nothing was sent.",
    dry_nothing="There is nothing that could be sent.",
    answering="Answering now: {model}.",
    held="On hold: {runs}. Decide with `/retrain promote RUN` or in its message.",
    next_run="Next scheduled retraining: {date}.",
    history="*Last retrainings*",
    history_line="{date} · `{run}` · {standing}",
    history_numbers="{examples:,} examples · fixed {fixed} of {asked} corrected · kept {kept} of "
    "{before} · broken {broken}",
    unknown_run="There is no retraining {run} in this workspace.",
    rolled_back="Rolled back. Answering now: {model}.",
    rolled_back_already=(
        "Rolled back a moment ago. Answering now: {model}. To go back once more: "
        "`/retrain rollback from MODEL`, with the name of the model that answers now."
    ),
    not_rolled_back="Nothing was changed. Answering now: {model}.",
    problem_active="{run} has not ended ({stage}); decide on it, put it on hold or cancel it.",
    problem_limit="{started:,} retrainings were started in the last 24 hours; {limit:,} are allowed "
    "(RETRAIN_MAX_PER_DAY).",
    problem_few="{rows:,} approved examples to train on, besides {held_out:,} held out for "
    "comparison; {wanted:,} are needed (RETRAIN_MIN_EXAMPLES).",
    refused_foreign="This workspace has no fine-tuned model of that name.",
    refused_few="{rows:,} approved examples to train on, besides {held_out:,} held out "
    "for comparison; {wanted:,} are needed (RETRAIN_MIN_EXAMPLES).",
    refused_active="`{run}` has not ended; wait for it, decide on it, put it on hold or cancel it.",
    refused_limit="No more than {limit:,} retrainings are started in 24 hours "
    "(RETRAIN_MAX_PER_DAY).",
    refused_promoted="`{run}` is live already. `/retrain rollback` goes back to the model "
    "before it.",
    refused_once="`{run}` was live before, and another model answers now. A run goes "
    "live once: start a new one.",
    refused_ended="`{run}` has ended already.",
    refused_decided="`{run}` does not wait for a decision.",
    refused_first="There is no promoted model to roll back from.",
)
JA = RetrainTexts(
    not_admin="この操作ができるのは Apprentice の管理者だけです。何も変更していません。",
    cancelling="再学習を中止しています。完了するとメッセージに表示されます。",
    promoting="新しいモデルを公開しています。完了するとメッセージに表示されます。",
    no_run="進行中の再学習はありません。",
    no_runs="再学習はまだ行われていません。",
    help=(
        "*`/retrain`* 学んだ内容の概要を開き、再学習を始めます。\n"
        "*`/retrain status`* 進行中の再学習 · *`history`* 最近の再学習 · "
        "*`cancel`* 中止 · *`promote [RUN]`* 新しいモデルを公開 · *`reject [RUN]`* 却下 · "
        "*`rollback`* 前のモデルに戻す · *`channel`* このチャンネルの設定 · "
        "*`help`* この説明を表示します。"
    ),
    title="再学習",
    trouble="うまくいきませんでした。原因はボットのログにあります。もう一度お試しください。",
    loading="データセットを読み込み、確認しています…",
    start="開始",
    close="キャンセル",
    approved="承認済みの例",
    corrections="うち訂正",
    new="前回の再学習以降の新しい例",
    new_none="前回の再学習以降、新しい例はありません。",
    thumbs_up="👍 {count:,}",
    correction="訂正 {count:,}",
    imported="取り込み {count:,}",
    distilled="蒸留 {count:,}",
    pending="確認待ち",
    rows="学習用 / 検証用",
    tokens="学習するトークン",
    what="承認済みの例を固定し、{base} をファインチューニングします。その後、検証用の質問、訂正されたすべての"
    "質問、その他の一部で、現在のモデル ({champion}) と比較します。",
    live_auto="より良い場合にだけ自動で公開されます。",
    live_approve="公開の前に管理者に確認します。",
    check_good=":white_check_mark: 確認の結果、エラーはありません。",
    check_errors=":x: 確認で {count:,} 件のエラーが見つかりました:",
    check_warnings=":warning: 注意点:",
    check_nothing="確認する例がまだありません。",
    cost="費用の見積もり: {amount:,.2f} {currency}({tokens:,} トークン、{epochs} エポック、{date} の価格)",
    cost_unknown="費用の見積もり: 価格不明({tokens:,} トークン、{epochs} エポック)",
    epochs="エポック数はプロバイダーが決めます (auto)。",
    base="ベースモデル",
    base_configured="{model} (BASE_MODEL)",
    base_champion="{model} (現在のモデルから続ける)",
    base_other="別のモデル(下に名前を入力)",
    base_typed="別のベースモデルの名前",
    base_typed_hint="上で「別のモデル」を選んだときだけ使われます。",
    base_missing="モデルの名前を入力するか、上で選んでください。",
    base_unusable="モデルの名前は空白なしで 200 文字までです。",
    method="方法",
    supervised="教師あり: 承認済みの回答を学ぶ",
    dpo="選好 (DPO): {pairs:,} 件の訂正からより良い回答を学ぶ",
    dpo_hint="DPO は訂正だけで学習します。教師ありで訂正を学んだモデルに重ねると効果的です。ベースには現在の"
    "モデルを選んでください。",
    dpo_too_few="選好による学習 (DPO) は訂正が {least} 件以上で選べます(現在 {pairs} 件)。少ないとモデルが"
    "悪くなります。",
    dry="試すだけ",
    dry_hint="確認の全結果と送信内容を表示します。何も送信せず、ジョブも始めません。",
    dry_title="試行の結果",
    dry_summary="学習用 *{rows:,}* 行 ({bytes:,} バイト) と検証用 *{held_out:,}* 行を送り、{base} を方法 "
    "{method} で学習します。まだ何も送信していません。",
    dry_nothing="送信できるものがありません。",
    answering="現在のモデル: {model}。",
    held="保留中: {runs}。`/retrain promote RUN` またはそのメッセージで判断してください。",
    next_run="次の定期再学習: {date}。",
    history="*最近の再学習*",
    history_line="{date} · `{run}` · {standing}",
    history_numbers="例 {examples:,} 件 · 訂正 {asked} 件中 {fixed} 件改善 · {before} 件中 {kept} 件維持 · "
    "悪化 {broken} 件",
    unknown_run="再学習 {run} はこのワークスペースにありません。",
    rolled_back="元に戻しました。現在のモデル: {model}。",
    rolled_back_already=(
        "少し前に元に戻しました。現在のモデル: {model}。さらに一つ前に戻すには、現在のモデル名を付けて "
        "`/retrain rollback from MODEL` を使ってください。"
    ),
    not_rolled_back="変更はありません。現在のモデル: {model}。",
    problem_active="{run} が終わっていません({stage})。判断、保留、または中止してください。",
    problem_limit="過去 24 時間に {started:,} 回の再学習が始まりました。上限は {limit:,} 回です "
    "(RETRAIN_MAX_PER_DAY)。",
    problem_few="学習に使える承認済みの例が {rows:,} 件(ほかに検証用 {held_out:,} 件)で、{wanted:,} 件必要です "
    "(RETRAIN_MIN_EXAMPLES)。",
    refused_foreign="その名前のファインチューニング済みモデルは、このワークスペースにはありません。",
    refused_few="学習に使える承認済みの例が {rows:,} 件(ほかに検証用 "
    "{held_out:,} 件)で、{wanted:,} 件必要です "
    "(RETRAIN_MIN_EXAMPLES)。",
    refused_active="`{run}` "
    "が終わっていません。終わるのを待つか、判断、保留、または中止してください"
    "。",
    refused_limit="24 時間に始められる再学習は {limit:,} 回までです (RETRAIN_MAX_PER_DAY)。",
    refused_promoted="`{run}` はすでに公開されています。前のモデルに戻すには "
    "`/retrain rollback` を使ってください。",
    refused_once="`{run}` "
    "は以前に公開され、現在は別のモデルが回答しています。一つの再学習は一度だ"
    "け公開できます。新しく始めてください。",
    refused_ended="`{run}` はすでに終わっています。",
    refused_decided="`{run}` は判断を待っていません。",
    refused_first="元に戻せる公開済みのモデルがありません。",
)
