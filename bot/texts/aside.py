"""What admins read about work that failed every time, and what becomes of it."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class AsideTexts:
    """`kinds` by the name of the task, `whys` by why it was put aside; `kind_other` for the rest."""

    head: str
    hint: str
    line: str
    more: str
    again: str
    dismiss: str
    kinds: Mapping[str, str]
    kind_other: str
    whys: Mapping[str, str]
    not_admin: str
    queued: str
    dismissed: str
    gone: str
    cannot: str
    later: str


EN = AsideTexts(
    head="*Put aside* {number} piece(s) of work that failed every time",
    hint="Each was tried several times. What went wrong is in the log, under its id.",
    line="*{kind}* `{id}` · {date}\n{why}{error}",
    more="and {number} more: `bot aside` lists them all",
    again="Try again",
    dismiss="Dismiss",
    kinds={
        "answer": "An answer to a question",
        "curate": "An example made of feedback",
        "correct": "A correction written in a thread",
        "reveal": "A correction shown in a thread",
        "cover": "A shown correction taken away",
        "tell_news": "News of what was learnt",
        "advance": "A step of a retraining",
        "plan_run": "A scheduled retraining",
        "forget_person": "The removal of a person's data",
        "remove_workspace": "The removal of the workspace's data",
    },
    kind_other="Work of another version",
    whys={
        "fails": "It failed with an error each time.",
        "dies": "The process that did it ended each time.",
        "away": "A service behind the bot was away for too long.",
        "unknown": "No running version of the bot knows this work.",
        "unreadable": "What was queued cannot be read.",
    },
    not_admin="Only admins of Apprentice can do this. Nothing was changed.",
    queued="It is being tried again.",
    dismissed="Dismissed: nobody will try it again.",
    gone="This is not put aside any more: somebody was sooner, or it is done.",
    cannot="There is nothing left to try it with: its record cannot be read, or its message is gone.",
    later="Something that is needed for it does not answer right now. Nothing was changed.",
)
JA = AsideTexts(
    head="*保留中の処理* 何度も失敗したものが {number} 件あります",
    hint="いずれも数回試行済みです。原因はログに ID とともに記録されています。",
    line="*{kind}* `{id}` · {date}\n{why}{error}",
    more="ほか {number} 件（`bot aside` ですべて表示）",
    again="再実行",
    dismiss="破棄",
    kinds={
        "answer": "質問への回答",
        "curate": "フィードバックからの学習例の作成",
        "correct": "スレッドに書かれた訂正",
        "reveal": "スレッドへの訂正の表示",
        "cover": "表示した訂正の取り下げ",
        "tell_news": "学習結果のお知らせ",
        "advance": "再学習の処理",
        "plan_run": "スケジュールされた再学習",
        "forget_person": "利用者のデータの削除",
        "remove_workspace": "ワークスペースのデータの削除",
    },
    kind_other="別のバージョンの処理",
    whys={
        "fails": "毎回エラーで失敗しました。",
        "dies": "実行中のプロセスが毎回終了しました。",
        "away": "必要なサービスが長時間応答しませんでした。",
        "unknown": "稼働中のどのバージョンもこの処理を知りません。",
        "unreadable": "登録された内容を読み取れません。",
    },
    not_admin="これは Apprentice の管理者だけができます。何も変更していません。",
    queued="再実行しています。",
    dismissed="破棄しました。再実行されることはありません。",
    gone="すでに保留されていません。ほかの人が先に対応したか、処理が完了しています。",
    cannot="再実行に必要なものが残っていません。記録を読み取れないか、メッセージが削除されています。",
    later="必要なサービスが現在応答していません。何も変更していません。",
)
