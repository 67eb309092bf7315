"""What the screen Review says: one example at a time, the queue, and who was faster."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class ReviewTexts:
    """Sentences of /curate and /curate/review. Blanks are filled with text; templates escape it."""

    # around one example
    place: str
    progress: str
    queue: str
    one: str
    help: str
    nothing: str
    nothing_filtered: str
    nothing_advice: str
    to_dataset: str
    also_looking: str
    # the conversation
    conversation: str
    system: str
    earlier: str
    roles: Mapping[str, str]
    changed: str
    marked_good: str
    wanted: str
    both: str
    bot_said: str
    should_say: str
    legend_gone: str
    legend_new: str
    # beside it
    flags: str
    redacted: str
    voices: str
    no_voices: str
    up: str
    down: str
    its_author: str
    fault: str
    rivals: str
    rivals_intro: str
    near: str
    near_intro: str
    alike: str
    then: Mapping[str, str]
    facts: str
    source: str
    channel: str
    given: str
    tokens: str
    by: str
    whole_story: str
    # acting
    actions: str
    approve: str
    edit: str
    edit_label: str
    edit_hint: str
    save: str
    reject: str
    reason: str
    reason_hint: str
    reject_now: str
    next_one: str
    done: Mapping[str, str]
    decided: Mapping[str, str]
    superseded: str
    # the queue as a list
    list_intro: str
    question: str
    answer: str
    when: str
    select: str
    select_page: str
    select_none: str
    selected: str
    approve_selected: str
    reject_selected: str
    undo_all: str
    filter: str
    all_sources: str
    all_authors: str
    all_flags: str
    any_flag: str
    clear: str
    flag: str
    batch: Mapping[str, str]
    batch_overtaken: str
    batch_missing: str
    batch_none: str
    # overtaken
    overtaken: str
    overtaken_kept: str
    changed_meanwhile: str
    you: str
    typed: str
    typed_copy: str
    typed_apply: str
    as_it_is: str
    # the keys
    keys_title: str
    keys: Mapping[str, str]
    keys_list: str
    keys_note: str


EN = ReviewTexts(
    place="{number} of {total}",
    progress="Place in the queue",
    queue="Queue as a list",
    one="One at a time",
    help="Keyboard shortcuts",
    nothing="Well done, nothing is waiting",
    nothing_filtered="Nothing here matches",
    nothing_advice="New corrections and votes that need a second look appear here by themselves.",
    to_dataset="Look at the dataset",
    also_looking="{names} has this one open, too.",
    conversation="Conversation",
    system="Instructions to the model (system message)",
    earlier="Earlier in the conversation ({count})",
    roles={"system": "System", "user": "Asked", "assistant": "Bot", "tool": "Tool"},
    changed="The correction",
    marked_good="Marked as good: this reply would be learnt",
    wanted="This reply would be learnt",
    both="Show both texts in full",
    bot_said="The bot said",
    should_say="It should say",
    legend_gone="taken out",
    legend_new="put in",
    flags="Look twice",
    redacted="personal data or a secret was found and taken out",
    voices="Votes",
    no_voices="Nobody voted on it.",
    up="Thumbs up",
    down="Thumbs down",
    its_author="wrote this correction",
    fault="What was wrong: {fault}",
    rivals="Other answers to this question",
    rivals_intro="If you approve this one:",
    near="Almost the same",
    near_intro="Similar examples. Your decision does not change them.",
    alike="{ratio} alike",
    then={
        "pending": "goes on waiting",
        "approved": "stays taught",
        "rejected": "will not be taught any more",
        "still_rejected": "stays rejected",
        "not_taken": "is taken off the queue",
    },
    facts="About it",
    source="Source",
    channel="Channel",
    given="Given",
    tokens="Tokens",
    by="By",
    whole_story="Its whole story",
    actions="Decide",
    approve="Approve",
    edit="Edit",
    edit_label="The reply to learn instead",
    edit_hint="Ctrl + Enter saves and approves it, Esc closes.",
    save="Save and approve",
    reject="Reject",
    reason="Reason (optional)",
    reason_hint="Enter rejects, Esc closes.",
    reject_now="Reject it",
    next_one="Next example",
    done={
        "approved": "Approved.",
        "rejected": "Rejected.",
        "edited": "Saved in your words and approved.",
        "undone": "Undone: it waits again.",
    },
    decided={
        "approved": "{who} approved it",
        "rejected": "{who} rejected it",
        "edited": "{who} approved it in other words",
        "by_rule": "It was decided by the rules",
    },
    superseded="Another answer to the same question was chosen",
    list_intro="Oldest first. Select several and decide about them at once.",
    question="Question",
    answer="Reply to learn",
    when="Given",
    select="Select “{question}”",
    select_page="Select all on this page",
    select_none="Select none",
    selected="selected",
    approve_selected="Approve selected",
    reject_selected="Reject selected",
    undo_all="Undo all",
    filter="Filter",
    all_sources="All sources",
    all_authors="All authors",
    all_flags="With and without flags",
    any_flag="Any flag",
    clear="Clear",
    flag="Flag",
    batch={
        "approve": "Approved: {count}.",
        "reject": "Rejected: {count}.",
        "undo": "Undone: {count}.",
    },
    batch_overtaken="Left as they are, because somebody decided or changed them first: {count}.",
    batch_missing="Not there any more: {count}.",
    batch_none="Nothing was selected, so nothing was changed.",
    overtaken="Somebody was faster",
    overtaken_kept="Nothing was overwritten.",
    changed_meanwhile="It was changed after you opened it, and still waits",
    you="You",
    typed="What you typed",
    typed_copy="It is not lost: copy it from here.",
    typed_apply="It is not saved yet. You can apply it to the example as it is now.",
    as_it_is="Look at it as it is now",
    keys_title="Keyboard shortcuts",
    keys={
        "a": "Approve",
        "e": "Edit, then approve (Ctrl + Enter saves, Esc closes)",
        "r": "Reject, with a reason if you like (Enter rejects, Esc closes)",
        "u": "Undo the last decision",
        "j": "Next",
        "k": "Previous",
        "?": "This help",
    },
    keys_list="In the list: x selects, Enter opens, a and r decide about what is selected.",
    keys_note="Shortcuts rest while you type.",
)
JA = ReviewTexts(
    place="{total} 件中 {number} 件目",
    progress="確認待ちの中の位置",
    queue="一覧で見る",
    one="1 件ずつ見る",
    help="キーボードショートカット",
    nothing="お疲れさまでした。確認待ちはありません",
    nothing_filtered="条件に合うものはありません",
    nothing_advice="確認が必要な訂正や評価は、届きしだいここに表示されます。",
    to_dataset="データセットを見る",
    also_looking="{names} さんも今これを開いています。",
    conversation="会話",
    system="モデルへの指示（システムメッセージ）",
    earlier="これより前の会話（{count} 件）",
    roles={"system": "システム", "user": "質問", "assistant": "ボット", "tool": "ツール"},
    changed="訂正の内容",
    marked_good="高評価：この返信を学習します",
    wanted="この返信を学習します",
    both="両方の全文を表示",
    bot_said="ボットの回答",
    should_say="正しい回答",
    legend_gone="削除",
    legend_new="追加",
    flags="要注意",
    redacted="個人情報または秘密情報が見つかり、取り除かれています",
    voices="評価",
    no_voices="評価はありません。",
    up="高評価",
    down="低評価",
    its_author="この訂正を書いた人",
    fault="問題点：{fault}",
    rivals="同じ質問への別の回答",
    rivals_intro="これを承認すると：",
    near="よく似たもの",
    near_intro="似ている例です。ここでの決定による変更はありません。",
    alike="類似度 {ratio}",
    then={
        "pending": "確認待ちのまま",
        "approved": "引き続き学習対象",
        "rejected": "学習対象から外れます",
        "still_rejected": "却下のまま",
        "not_taken": "確認待ちから外れます",
    },
    facts="詳細",
    source="由来",
    channel="チャンネル",
    given="日時",
    tokens="トークン数",
    by="投稿者",
    whole_story="これまでの経緯",
    actions="決定",
    approve="承認",
    edit="編集",
    edit_label="代わりに学習する返信",
    edit_hint="Ctrl + Enter で保存して承認、Esc で閉じます。",
    save="保存して承認",
    reject="却下",
    reason="理由（任意）",
    reason_hint="Enter で却下、Esc で閉じます。",
    reject_now="却下する",
    next_one="次へ進む",
    done={
        "approved": "承認しました。",
        "rejected": "却下しました。",
        "edited": "編集した内容で承認しました。",
        "undone": "元に戻しました。再び確認待ちです。",
    },
    decided={
        "approved": "{who} さんが承認しました",
        "rejected": "{who} さんが却下しました",
        "edited": "{who} さんが編集して承認しました",
        "by_rule": "ルールにより決定されました",
    },
    superseded="同じ質問への別の回答が選ばれました",
    list_intro="古い順です。複数選んでまとめて決定できます。",
    question="質問",
    answer="学習する返信",
    when="日時",
    select="「{question}」を選択",
    select_page="このページをすべて選択",
    select_none="選択を解除",
    selected="件選択中",
    approve_selected="選択分を承認",
    reject_selected="選択分を却下",
    undo_all="すべて元に戻す",
    filter="絞り込む",
    all_sources="すべての由来",
    all_authors="すべての投稿者",
    all_flags="要注意の有無を問わない",
    any_flag="要注意のみ",
    clear="解除",
    flag="要注意",
    batch={
        "approve": "{count} 件を承認しました。",
        "reject": "{count} 件を却下しました。",
        "undo": "{count} 件を元に戻しました。",
    },
    batch_overtaken="ほかの人が先に決定または変更したため、そのままにしました：{count} 件。",
    batch_missing="すでに存在しません：{count} 件。",
    batch_none="選択されていないため、何も変更していません。",
    overtaken="ほかの人が先に処理しました",
    overtaken_kept="上書きはしていません。",
    changed_meanwhile="開いた後に内容が変わり、まだ確認待ちです",
    you="あなた",
    typed="入力した内容",
    typed_copy="入力内容は失われていません。ここからコピーできます。",
    typed_apply="まだ保存されていません。現在の内容に対して適用できます。",
    as_it_is="現在の内容を見る",
    keys_title="キーボードショートカット",
    keys={
        "a": "承認",
        "e": "編集して承認（Ctrl + Enter で保存、Esc で閉じる）",
        "r": "却下、理由は任意（Enter で却下、Esc で閉じる）",
        "u": "直前の決定を元に戻す",
        "j": "次へ",
        "k": "前へ",
        "?": "このヘルプ",
    },
    keys_list="一覧では x で選択、Enter で開く、a と r で選択分を決定します。",
    keys_note="文字を入力している間は無効です。",
)
