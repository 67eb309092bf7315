"""The message about a run, and what admins are told unasked."""

from dataclasses import dataclass


@dataclass(frozen=True)
class RunTexts:
    """Sentences in the admins' channel."""

    title: str
    snapshot: str
    upload: str
    training: str
    evaluation: str
    examples: str
    dpo: str
    job: str
    queued: str
    queue_place: str
    steps: str
    asked: str
    finish: str
    waits: str
    held: str
    promoted: str
    rejected: str
    failed: str
    cancelled: str
    cancelling: str
    going_live: str
    under_way: str
    loss: str
    plot_alt: str
    against: str
    corrected: str
    kept: str
    broken: str
    fixed_example: str
    broken_example: str
    gate_promote: str
    gate_hold: str
    gate_reject: str
    started_by: str
    by_schedule: str
    by_hand: str
    base: str
    candidate: str
    decided_by: str
    promote: str
    hold: str
    decline: str
    cancel: str
    promote_sure: str
    other_now: str
    other_sure: str
    hold_sure: str
    decline_sure: str
    cancel_sure: str
    back: str
    skipped: str
    skipped_new: str
    skipped_active: str
    skipped_limit: str
    skipped_few: str
    skipped_other: str
    ends: str
    ends_tomorrow: str
    ends_last: str
    ended: str
    ends_champion: str
    ends_base: str


EN = RunTexts(
    title="Retraining {run}",
    snapshot="Snapshot of the dataset",
    upload="Upload",
    training="Training",
    evaluation="Evaluation",
    examples="examples: {examples:,}, corrections: {corrections:,}, tokens: {tokens:,}",
    dpo="by preference (DPO)",
    job="job `{job}` {status}",
    queued="in the provider's queue",
    queue_place="number {place} in the provider's queue",
    steps="step {step:,} of {total:,}",
    asked="{asked:,} of {total:,} answers",
    finish="expected to finish {date}",
    waits="🤚 waits for an admin",
    held="⏸️ on hold: <@{user}> put it aside; it can still be promoted or rejected, and the next "
    "retraining may start",
    promoted="🚀 promoted: the new model answers now",
    rejected="🛑 not promoted: the model before stays",
    failed="❌ failed",
    cancelled="🚫 cancelled",
    cancelling="🚫 is being cancelled",
    going_live="🚀 is going live",
    under_way="⏳ {stage}",
    loss="Training loss",
    plot_alt="Loss by step, in training and on what was held out: {first:.3f} at first, {last:.3f} "
    "at the end",
    against="Evaluation against {model}",
    corrected="Corrected questions: {passed} of {asked} answered right, {fixed} newly fixed",
    kept="Good answers (👍) kept: {kept} of {asked}",
    broken="Newly broken: {broken}",
    fixed_example="✅ *Fixed:* {question}\n> before: {before}\n> now: {after}",
    broken_example="💥 *Broken:* {question}\n> before: {before}\n> now: {after}",
    gate_promote="Gate: promote",
    gate_hold="Gate: hold",
    gate_reject="Gate: reject",
    started_by="started by {who}",
    by_schedule="the schedule",
    by_hand="the command line",
    base="base {model}",
    candidate="new model {model}",
    decided_by="decided by {who}",
    promote="Promote",
    hold="Hold",
    decline="Reject",
    cancel="Cancel",
    promote_sure="The model of {run} answers everyone from then on. `/retrain rollback` undoes it.",
    other_now="⚠️ It was compared with {before}, but {now} answers now: what that has learnt since may "
    "be lost.",
    other_sure="It was compared with a model that does not answer any more.",
    hold_sure="{run} keeps waiting and the next retraining may start. It can be promoted or "
    "rejected later, here or by `/retrain promote {run}`.",
    decline_sure="The model of {run} will never answer. The model before stays.",
    cancel_sure="{run} and its job at the provider are stopped.",
    back="Back",
    skipped="⏭️ The scheduled retraining of {date} was skipped: {reason}.",
    skipped_new="new approved examples since the last one: {new:,}, wanted: {wanted:,} "
    "(RETRAIN_MIN_NEW_EXAMPLES)",
    skipped_active="{run} has not ended; decide on it, put it on hold or cancel it",
    skipped_limit="retrainings started in the last 24 hours: {started:,}, allowed: {limit:,} "
    "(RETRAIN_MAX_PER_DAY)",
    skipped_few="approved examples to train on: {rows:,}, needed: {wanted:,} "
    "(RETRAIN_MIN_EXAMPLES)",
    skipped_other="it may not start now; `/retrain` says why",
    ends="⏰ {model} will be shut down by its provider on {date}, in {days} days.",
    ends_tomorrow="⏰ {model} will be shut down by its provider on {date}, after one more day.",
    ends_last="⏰ {model} will be shut down by its provider on {date}: this is its last day.",
    ended="⏰ {model} was to be shut down by its provider on {date}.",
    ends_champion="It answers your questions now. Retrain on another base with `/retrain` and "
    "promote the result; should it be gone before, FALLBACK_MODEL answers, if you have set one.",
    ends_base="It is what is fine-tuned. Choose another one: set BASE_MODEL, or name it in "
    "`/retrain`.",
)
JA = RunTexts(
    title="再学習 {run}",
    snapshot="データセットのスナップショット",
    upload="アップロード",
    training="学習",
    evaluation="評価",
    examples="例 {examples:,} 件、訂正 {corrections:,} 件、{tokens:,} トークン",
    dpo="選好による学習 (DPO)",
    job="ジョブ `{job}` {status}",
    queued="プロバイダーの順番待ち",
    queue_place="プロバイダーの順番待ち {place} 番目",
    steps="{step:,} / {total:,} ステップ",
    asked="{total:,} 件中 {asked:,} 件を回答",
    finish="終了予定 {date}",
    waits="🤚 管理者の判断待ち",
    held="⏸️ 保留中: <@{user}> さんが保留しました。後で公開も却下もでき、次の再学習も始められます",
    promoted="🚀 公開: 新しいモデルが回答しています",
    rejected="🛑 公開せず: 前のモデルのままです",
    failed="❌ 失敗",
    cancelled="🚫 中止",
    cancelling="🚫 中止しています",
    going_live="🚀 公開しています",
    under_way="⏳ {stage}",
    loss="学習の損失",
    plot_alt="ステップごとの損失(学習用と検証用): 最初 {first:.3f}、最後 {last:.3f}",
    against="{model} との比較評価",
    corrected="訂正された質問への正答: {asked} 件中 {passed} 件(新たに {fixed} 件改善)",
    kept="良い回答 (👍) の維持: {asked} 件中 {kept} 件",
    broken="新たに悪くなった回答: {broken} 件",
    fixed_example="✅ *改善:* {question}\n> 以前: {before}\n> 今回: {after}",
    broken_example="💥 *悪化:* {question}\n> 以前: {before}\n> 今回: {after}",
    gate_promote="判定: 公開",
    gate_hold="判定: 保留",
    gate_reject="判定: 却下",
    started_by="開始: {who}",
    by_schedule="スケジュール",
    by_hand="コマンドライン",
    base="ベース {model}",
    candidate="新しいモデル {model}",
    decided_by="判断: {who}",
    promote="公開する",
    hold="保留する",
    decline="却下する",
    cancel="中止する",
    promote_sure="以後、{run} のモデルが全員に回答します。`/retrain rollback` で元に戻せます。",
    other_now="⚠️ 比較したのは {before} ですが、現在は {now} が回答しています。その後に学んだ内容が失われることが"
    "あります。",
    other_sure="比較に使ったモデルは、現在回答しているモデルではありません。",
    hold_sure="{run} は待機を続け、次の再学習を始められます。後でここから、または "
    "`/retrain promote {run}` で公開・却下できます。",
    decline_sure="{run} のモデルは使われません。前のモデルのままです。",
    cancel_sure="{run} とプロバイダーのジョブを止めます。",
    back="戻る",
    skipped="⏭️ {date} の定期再学習を見送りました: {reason}。",
    skipped_new="前回以降に承認された新しい例が {new:,} 件で、{wanted:,} 件必要です "
    "(RETRAIN_MIN_NEW_EXAMPLES)",
    skipped_active="{run} が終わっていません。判断、保留、または中止してください",
    skipped_limit="過去 24 時間に {started:,} 回の再学習が始まっており、上限は {limit:,} 回です "
    "(RETRAIN_MAX_PER_DAY)",
    skipped_few="学習に使える承認済みの例が {rows:,} 件で、{wanted:,} 件必要です "
    "(RETRAIN_MIN_EXAMPLES)",
    skipped_other="今は始められません。理由は `/retrain` で分かります",
    ends="⏰ {model} はプロバイダーにより {date} に提供を終了します(あと {days} 日)。",
    ends_tomorrow="⏰ {model} はプロバイダーにより {date} に提供を終了します(残り 1 日)。",
    ends_last="⏰ {model} はプロバイダーにより {date} に提供を終了します(残り 1 日未満)。",
    ended="⏰ {model} はプロバイダーにより {date} に提供を終了する予定でした。",
    ends_champion="現在の回答に使われているモデルです。`/retrain` で別のベースから再学習し、結果を公開して"
    "ください。それまでの間に終了した場合は、設定されていれば FALLBACK_MODEL が回答します。",
    ends_base="再学習のベースになるモデルです。BASE_MODEL を変えるか、`/retrain` で別の名前を指定して"
    "ください。",
)
