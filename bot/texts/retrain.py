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


EN = RetrainTexts(
    not_admin="Only admins of Apprentice can do this. Nothing was changed.",
    cancelling="The retraining is being cancelled; its message shows when it is.",
    promoting="The new model is going live; the run's message shows when it has.",
    no_run="No retraining is under way.",
    no_runs="There has been no retraining yet.",
    help=(
        "*`/retrain`* opens a summary of what has been learnt, and starts a retraining.\n"
        "*`/retrain status`* shows the run under way · *`history`* the last runs · "
        "*`cancel`* stops the run · *`promote`* makes its model live · "
        "*`rollback`* returns to the model before · *`channel`* sets how I behave here · "
        "*`help`* shows this."
    ),
)
JA = RetrainTexts(
    not_admin="これは Apprentice の管理者だけができます。何も変更していません。",
    cancelling="再学習を中止しています。完了するとメッセージに表示されます。",
    promoting="新しいモデルを公開しています。完了するとメッセージに表示されます。",
    no_run="進行中の再学習はありません。",
    no_runs="再学習はまだ行われていません。",
    help=(
        "*`/retrain`* 学んだ内容の概要を開き、再学習を始めます。\n"
        "*`/retrain status`* 進行中の再学習 · *`history`* 最近の再学習 · "
        "*`cancel`* 中止 · *`promote`* 新しいモデルを公開 · "
        "*`rollback`* 前のモデルに戻す · *`channel`* このチャンネルの設定 · "
        "*`help`* この説明を表示します。"
    ),
)
