"""What admins do on the screen Runs: start, and decide, each with what will happen."""

from dataclasses import dataclass


@dataclass(frozen=True)
class SteeringTexts:
    """Sentences of the forms, and of what is said once they were sent."""

    start_title: str
    start_intro: str
    start: str
    starting: str
    may_not: str
    check: str
    check_good: str
    check_errors: str
    check_warnings: str
    check_later: str
    check_now: str
    checking: str
    facts: str
    options: str
    # decisions: title, button, and the note once it is done
    titles: dict[str, str]
    buttons: dict[str, str]
    done: dict[str, str]
    # what will happen
    answers_then: str
    rollback_offer: str
    keeps_answering: str
    hold_then: str
    decline_then: str
    model_stays: str
    cancel_planned: str
    cancel_uploading: str
    cancel_training: str
    cancel_evaluating: str
    rollback_then: str
    rollback_run: str
    nothing_to_leave: str
    against_gate: str
    back: str
    # somebody else was faster
    faster_title: str
    faster: str
    standing: str
    to_run: str
    moved_title: str
    moved: str


EN = SteeringTexts(
    start_title="Start a retraining",
    start_intro="What it would train on, what it may cost, and what comes after.",
    start="Start",
    starting="Starting…",
    may_not="It may not start now",
    check="Check of the training file",
    check_good="The check found no errors.",
    check_errors="The check found {count} errors:",
    check_warnings="To know:",
    check_later="The dataset is large: the check takes a moment.",
    check_now="Check it and estimate the cost",
    checking="Checking…",
    facts="What it would train on",
    options="How to train",
    titles={
        "promote": "Promote {candidate}?",
        "hold": "Put this run on hold?",
        "decline": "Reject {candidate}?",
        "cancel": "Cancel this run?",
        "rollback": "Roll back {leaving}?",
    },
    buttons={
        "promote": "Promote",
        "hold": "Hold",
        "decline": "Reject",
        "cancel": "Cancel the run",
        "rollback": "Roll back",
    },
    done={
        "started": "The retraining has started. This page follows it.",
        "promote": "Your yes is saved: the new model goes live within moments.",
        "hold": "On hold. It keeps waiting, and the next retraining may start.",
        "decline": "Rejected. The model before stays.",
        "cancel": "Being cancelled: the job at the provider is stopped.",
        "rollback": "Rolled back. The next message is answered by the model before.",
        "rollback_same": "Nothing was changed: another model answers by now.",
    },
    answers_then="{candidate} answers everyone from the next message on, instead of {champion}.",
    rollback_offer="A rollback brings {champion} back at any time.",
    keeps_answering="{champion} keeps answering.",
    hold_then="The run keeps waiting, and the next retraining may start. It can be promoted or "
    "rejected later.",
    decline_then="{candidate} will never answer.",
    model_stays="At the provider the model stays until somebody deletes it there.",
    cancel_planned="Nothing has been sent yet; nothing will be.",
    cancel_uploading="Files that were uploaded stay at the provider; a job that was just created is "
    "stopped.",
    cancel_training="The job {job} at the provider is stopped. What it has trained so far is lost, "
    "and the provider may charge for it.",
    cancel_evaluating="The job at the provider is over and paid for; {candidate} stays there, but "
    "will never answer.",
    rollback_then="{before} answers everyone from the next message on, instead of {leaving}.",
    rollback_run="The run of {leaving} cannot go live a second time: to have what it learnt again, "
    "start a new one.",
    nothing_to_leave="There is no promoted model to roll back from.",
    against_gate="The gate says otherwise: {verdict}.",
    back="Back",
    faster_title="Somebody was faster",
    faster="This run has been decided or has gone on meanwhile. Nothing was changed now.",
    standing="How it stands",
    to_run="To the run",
    moved_title="Another model answers by now",
    moved="{now} answers now, not {leaving}. Nothing was changed.",
)
JA = SteeringTexts(
    start_title="再学習を始める",
    start_intro="学習する内容、費用の見積もり、その後の流れです。",
    start="開始",
    starting="開始しています…",
    may_not="今は始められません",
    check="学習ファイルの確認",
    check_good="確認の結果、エラーはありません。",
    check_errors="確認で {count} 件のエラーが見つかりました:",
    check_warnings="注意点:",
    check_later="データセットが大きいため、確認に少し時間がかかります。",
    check_now="確認して費用を見積もる",
    checking="確認しています…",
    facts="学習する内容",
    options="学習のしかた",
    titles={
        "promote": "{candidate} を公開しますか？",
        "hold": "この再学習を保留しますか？",
        "decline": "{candidate} を却下しますか？",
        "cancel": "この再学習を中止しますか？",
        "rollback": "{leaving} を取り下げて前のモデルに戻しますか？",
    },
    buttons={
        "promote": "公開する",
        "hold": "保留する",
        "decline": "却下する",
        "cancel": "再学習を中止する",
        "rollback": "前のモデルに戻す",
    },
    done={
        "started": "再学習を始めました。このページで経過を確認できます。",
        "promote": "公開の決定を保存しました。まもなく新しいモデルが回答します。",
        "hold": "保留しました。このまま待機し、次の再学習を始められます。",
        "decline": "却下しました。以前のモデルのままです。",
        "cancel": "中止しています。プロバイダーのジョブを止めます。",
        "rollback": "元に戻しました。次のメッセージから前のモデルが回答します。",
        "rollback_same": "変更はありません。すでに別のモデルが回答しています。",
    },
    answers_then="次のメッセージから、{champion} に代わって {candidate} が全員に回答します。",
    rollback_offer="いつでも {champion} に戻せます。",
    keeps_answering="引き続き {champion} が回答します。",
    hold_then="この再学習は待機を続け、次の再学習を始められます。後で公開することも却下することもできます。",
    decline_then="{candidate} が回答することはありません。",
    model_stays="プロバイダー上のモデルは、削除するまで残ります。",
    cancel_planned="まだ何も送信していません。今後も送信しません。",
    cancel_uploading="アップロード済みのファイルはプロバイダーに残ります。作成直後のジョブは停止します。",
    cancel_training="プロバイダーのジョブ {job} を停止します。ここまでの学習結果は失われ、費用がかかることが"
    "あります。",
    cancel_evaluating="プロバイダーのジョブは完了し、費用も発生しています。{candidate} はプロバイダーに残ります"
    "が、回答することはありません。",
    rollback_then="次のメッセージから、{leaving} に代わって {before} が全員に回答します。",
    rollback_run="{leaving} の再学習は二度と公開できません。同じ内容を使うには、新しく再学習を始めてください。",
    nothing_to_leave="元に戻せる公開済みのモデルがありません。",
    against_gate="自動判定の結果は異なります: {verdict}",
    back="戻る",
    faster_title="ほかの人が先に決めました",
    faster="この再学習は、すでに判断されたか先に進んでいます。今回は何も変更していません。",
    standing="現在の状態",
    to_run="この再学習を開く",
    moved_title="すでに別のモデルが回答しています",
    moved="現在は {leaving} ではなく {now} が回答しています。何も変更していません。",
)
