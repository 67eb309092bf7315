"""What the screen Activity says: who did what, and when."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class ActivityTexts:
    """Sentences of /curate/activity. `did`, `alone` (done by
    nobody) and `actions` are by `finetune.Action`."""

    intro: str
    did: Mapping[str, str]
    actions: Mapping[str, str]
    person: str
    anybody: str
    action: str
    anything: str
    about: str
    about_hint: str
    filter: str
    clear: str
    named: str
    alone: Mapping[str, str]
    reason: str
    rows: str
    gone: str
    from_model: str
    triggers: Mapping[str, str]
    newest: str
    older: str
    day_list: str
    empty: str
    empty_advice: str
    none: str
    none_advice: str


EN = ActivityTexts(
    intro="Everything people decided here, in Slack and on the command line, newest first.",
    did={
        "approved": "{who} approved an example",
        "rejected": "{who} rejected an example",
        "edited": "{who} put an answer into other words",
        "reopened": "{who} took a decision back",
        "imported": "{who} imported examples",
        "exported": "{who} exported examples",
        "downloaded": "{who} downloaded a snapshot",
        "run_planned": "{who} started a run",
        "run_promoted": "{who} agreed to a run's model",
        "run_held": "{who} put a run on hold",
        "run_declined": "{who} turned a run's model down",
        "run_cancelled": "{who} cancelled a run",
        "went_live": "A model went live, as {who} wanted",
        "rolled_back": "{who} went back to the model before",
    },
    actions={
        "approved": "Approved",
        "rejected": "Rejected",
        "edited": "Edited",
        "reopened": "Taken back",
        "imported": "Import",
        "exported": "Export",
        "downloaded": "Download",
        "run_planned": "Run started",
        "run_promoted": "Model agreed to",
        "run_held": "Run on hold",
        "run_declined": "Model turned down",
        "run_cancelled": "Run cancelled",
        "went_live": "Model live",
        "rolled_back": "Rolled back",
    },
    person="Person",
    anybody="Everybody",
    action="Action",
    anything="Everything",
    about="Example or run",
    about_hint="Its id",
    filter="Filter",
    clear="Clear",
    named="{name}",
    alone={
        "run_planned": "The schedule started a run",
        "went_live": "A model went live by itself",
    },
    reason="“{reason}”",
    rows="{rows} examples",
    gone="This example is not there any more.",
    from_model="{left} → {model}",
    triggers={
        "slack": "from Slack",
        "desk": "here",
        "cli": "on the command line",
    },
    newest="Newest",
    older="Older",
    day_list="What was done",
    empty="Nothing has been decided yet",
    empty_advice="As soon as somebody approves an example or starts a run, it is written down here.",
    none="Nothing fits these filters",
    none_advice="Choose another person or action, or clear the filters.",
)
JA = ActivityTexts(
    intro="ここ、Slack、コマンドラインで行われた判断を、新しい順に記録しています。",
    did={
        "approved": "{who}が例を承認",
        "rejected": "{who}が例を却下",
        "edited": "{who}が回答を書き直し",
        "reopened": "{who}が判断を取り消し",
        "imported": "{who}が例を取り込み",
        "exported": "{who}が例を書き出し",
        "downloaded": "{who}がスナップショットをダウンロード",
        "run_planned": "{who}が再学習を開始",
        "run_promoted": "{who}がモデルの公開に同意",
        "run_held": "{who}が再学習を保留",
        "run_declined": "{who}がモデルの公開を見送り",
        "run_cancelled": "{who}が再学習を中止",
        "went_live": "{who}の依頼でモデルを公開",
        "rolled_back": "{who}が前のモデルに戻した",
    },
    actions={
        "approved": "承認",
        "rejected": "却下",
        "edited": "書き直し",
        "reopened": "取り消し",
        "imported": "取り込み",
        "exported": "書き出し",
        "downloaded": "ダウンロード",
        "run_planned": "再学習の開始",
        "run_promoted": "公開に同意",
        "run_held": "再学習の保留",
        "run_declined": "公開の見送り",
        "run_cancelled": "再学習の中止",
        "went_live": "モデルの公開",
        "rolled_back": "前のモデルに戻す",
    },
    person="メンバー",
    anybody="全員",
    action="操作",
    anything="すべて",
    about="例または再学習",
    about_hint="ID",
    filter="絞り込む",
    clear="条件を消す",
    named="{name} さん",
    alone={
        "run_planned": "スケジュールによる再学習の開始",
        "went_live": "モデルを自動で公開",
    },
    reason="「{reason}」",
    rows="{rows} 件",
    gone="この例はもうありません。",
    from_model="{left} → {model}",
    triggers={
        "slack": "Slack から",
        "desk": "この画面から",
        "cli": "コマンドラインから",
    },
    newest="最新",
    older="より古い記録",
    day_list="操作の一覧",
    empty="まだ記録がありません",
    empty_advice="例の承認や再学習の開始が行われると、ここに記録されます。",
    none="条件に合う記録はありません",
    none_advice="別のメンバーや操作を選ぶか、条件を消してください。",
)
