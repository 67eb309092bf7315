"""What the bot itself says while it answers, or cannot."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ChatTexts:
    """Sentences around an answer; the answer itself is the model's.

    `again_…` follow on what happened where the question is kept, `ask_…` where it is not.
    """

    in_the_queue: str
    thinking: str
    reading_thread: str
    reading_files: str
    writing: str
    writing_anew: str
    stop: str
    how_it_learns: str
    stopped: str
    by_fallback: str
    not_kept: str
    good_reply: str
    correct_this_reply: str
    mark_as_good: str
    mark_as_bad: str
    greeting: str
    again_later: str
    again_slow: str
    again_afterwards: str
    again_then: str
    again_now: str
    ask_later: str
    ask_afterwards: str
    ask_then: str
    sorry_later: str
    sorry_slow: str
    sorry_gone: str
    sorry_access: str
    sorry_too_long: str
    sorry_content: str
    sorry_refused: str
    sorry_empty: str
    sorry_broken: str
    stopped_early: str
    not_saved_title: str
    not_saved: str
    not_saved_close: str
    not_stored: str
    takes_longer_title: str
    takes_longer: str
    stop_not_yours: str
    again_not_yours: str
    again_unknown: str
    again_at_work: str
    edited: str
    answer_again: str
    answering_again: str
    closed_here: str
    too_many: str
    too_many_one: str


EN = ChatTexts(
    in_the_queue="has many questions; yours is in the queue…",
    thinking="is thinking…",
    reading_thread="is reading the thread…",
    reading_files="is reading your files…",
    writing="is writing…",
    writing_anew="I am writing this answer anew…",
    stop="Stop",
    how_it_learns="How it learns",
    stopped="Stopped",
    by_fallback="Answered by the fallback model",
    not_kept="Not stored",
    good_reply="Good reply",
    correct_this_reply="Correct this reply",
    mark_as_good="Mark this reply as good",
    mark_as_bad="Mark this reply as bad and correct it",
    greeting="Hi! Ask me something, and tell me with 👍 or 👎 whether the answer was good.",
    again_later=(
        "Your question is not lost: in a few minutes, choose “Try again” from this message's menu."
    ),
    again_slow=(
        "In a few minutes, choose “Try again” from this message's menu, or ask for something shorter."
    ),
    again_afterwards="Afterwards, “Try again” in this message's menu answers you.",
    again_then="Then choose “Try again” from this message's menu.",
    again_now="“Try again” in this message's menu asks anew.",
    ask_later="Please ask again in a few minutes.",
    ask_afterwards="Please ask again afterwards.",
    ask_then="Then ask again.",
    sorry_later="Sorry, my model does not answer at the moment.",
    sorry_slow="Sorry, my model took too long. It may be busy.",
    sorry_gone=(
        "Sorry, the model that answers here is no longer offered. An admin has to choose another "
        "one; the log names it."
    ),
    sorry_access=(
        "Sorry, my model's provider does not let me in: the key or the account's credit needs an "
        "admin."
    ),
    sorry_too_long=(
        "Sorry, this is more than my model can read at once. Please ask again with less text or a "
        "smaller file."
    ),
    sorry_content=(
        "Sorry, my model will not answer this: its provider's rules on content refuse it. Asking "
        "in other words may help."
    ),
    sorry_refused=(
        "Sorry, my model could not take this question. An admin can see why in the log; "
        "a shorter or differently worded question may work."
    ),
    sorry_broken=(
        "Something in me fails on this question every time. It is put aside for the admins, who can "
        "have it tried again; the answer will then stand here."
    ),
    sorry_empty="Sorry, my model had no answer to this. Could you put it differently?",
    stopped_early="Stopped, before anything was written.",
    not_saved_title="Not saved",
    not_saved=(
        "Nothing was saved: I could not make out what this window sent. Open it anew and try again;"
        " if it happens again, tell an admin."
    ),
    not_saved_close="Close",
    not_stored="This could not be stored just now. Please try again in a minute.",
    takes_longer_title="Not done yet",
    takes_longer="This takes longer than usual. Please look whether it is done before you repeat it.",
    stop_not_yours="Only the person who asked, or a curator, can stop this answer.",
    again_not_yours="Only the person who asked, or a curator, can have this answered again.",
    again_unknown="I have nothing to answer again here: this is no answer of mine that is still kept.",
    again_at_work="I am already working on this one.",
    edited="You changed your question. Shall I answer it again?",
    answer_again="Answer again",
    answering_again="I am answering your changed question; the reply above changes in place.",
    closed_here=(
        "I am not used in this channel: an admin has switched me off here. "
        "Ask me in a direct message or in another channel."
    ),
    too_many=(
        "You have asked {count} questions in ten minutes, which is my limit for one person. Please wait "
        "{minutes} minutes."
    ),
    too_many_one=(
        "You have asked {count} questions in ten minutes, which is my limit for one person. Please wait "
        "{minutes} minute."
    ),
)
JA = ChatTexts(
    in_the_queue="に質問が集中しています。順番にお答えします…",
    thinking="が考えています…",
    reading_thread="がスレッドを読んでいます…",
    reading_files="がファイルを読んでいます…",
    writing="が書いています…",
    writing_anew="この回答を書き直しています…",
    stop="停止",
    how_it_learns="学習のしくみ",
    stopped="途中で停止しました",
    by_fallback="予備のモデルが回答しました",
    not_kept="保存されません",
    good_reply="良い回答",
    correct_this_reply="この回答を訂正",
    mark_as_good="この回答を良いと評価する",
    mark_as_bad="この回答を良くないと評価して訂正する",
    greeting="こんにちは。何でも聞いてください。答えが良かったかどうかは 👍 か 👎 で教えてください。",
    again_later=(
        "質問は失われていません。数分後に、このメッセージのメニューから「Try again」を選んでください。"
    ),
    again_slow=(
        "数分後にこのメッセージのメニューから「Try again」を選ぶか、短い質問にしてみてください。"
    ),
    again_afterwards="その後、このメッセージのメニューの「Try again」でお答えします。",
    again_then="その後、このメッセージのメニューで「Try again」を選んでください。",
    again_now="このメッセージのメニューの「Try again」で改めて質問できます。",
    ask_later="数分後にもう一度お尋ねください。",
    ask_afterwards="その後、もう一度お尋ねください。",
    ask_then="その後、もう一度お尋ねください。",
    sorry_later="申し訳ありません。現在、モデルが応答していません。",
    sorry_slow=(
        "申し訳ありません。モデルの応答に時間がかかりすぎました。混み合っているのかもしれません。"
    ),
    sorry_gone=(
        "申し訳ありません。ここで使われているモデルは提供が終わりました。管理者が別のモデルを選ぶ必要があります"
        "（名前はログにあります）。"
    ),
    sorry_access=(
        "申し訳ありません。モデルの提供元に接続を断られました。キーまたは利用枠を管理者が確認する必要があります。"
    ),
    sorry_too_long=(
        "申し訳ありません。モデルが一度に読める量を超えています。"
        "文章を減らすか、小さいファイルでもう一度お尋ねください。"
    ),
    sorry_content=(
        "申し訳ありません。提供元のコンテンツに関する規則により、モデルはこの質問に答えられません。"
        "言い方を変えるとうまくいくことがあります。"
    ),
    sorry_refused=(
        "申し訳ありません。モデルがこの質問を受け付けませんでした。理由は管理者がログで確認できます。"
        "短くするか、言い方を変えるとうまくいくことがあります。"
    ),
    sorry_broken=(
        "この質問の処理に何度も失敗したため、管理者が確認できるように保留しました。"
        "管理者が再実行すると、ここに回答します。"
    ),
    sorry_empty="申し訳ありません。モデルから答えがありませんでした。言い方を変えてみてください。",
    stopped_early="何も書かないうちに停止しました。",
    not_saved_title="保存されていません",
    not_saved=(
        "送信された内容を読み取れなかったため、何も保存されていません。"
        "もう一度開いてやり直してください。続くようでしたら、管理者にお知らせください。"
    ),
    not_saved_close="閉じる",
    not_stored="ただいま保存できませんでした。1分ほどしてから、もう一度お試しください。",
    takes_longer_title="処理中です",
    takes_longer="いつもより時間がかかっています。やり直す前に、反映されていないかご確認ください。",
    stop_not_yours="この回答を止められるのは、質問した人とキュレーターだけです。",
    again_not_yours="もう一度回答を求められるのは、質問した人とキュレーターだけです。",
    again_unknown="もう一度答えられるものがありません。保存されている私の回答ではないようです。",
    again_at_work="いま、この質問に答えているところです。",
    edited="質問が変更されました。もう一度お答えしましょうか。",
    answer_again="もう一度答える",
    answering_again="変更後の質問に答えています。上の返信がそのまま書き換わります。",
    closed_here=(
        "このチャンネルでは利用できません。管理者が無効にしています。"
        "ダイレクトメッセージか、別のチャンネルでお尋ねください。"
    ),
    too_many=(
        "10 分間の質問が {count} 件になりました。お一人の上限です。{minutes} 分ほどお待ちください。"
    ),
    too_many_one=(
        "10 分間の質問が {count} 件になりました。お一人の上限です。{minutes} 分ほどお待ちください。"
    ),
)
