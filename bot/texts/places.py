"""What the modals say in which admins set how the bot behaves in a channel and in the workspace."""

from dataclasses import dataclass


@dataclass(frozen=True)
class PlaceTexts:
    """Sentences around the settings of channels and of the workspace."""

    not_admin: str
    no_settings_here: str
    channel_title: str
    about: str
    answers_here: str
    answers_yes: str
    answers_no: str
    model: str
    model_champion: str
    model_fixed: str
    model_name: str
    model_name_hint: str
    model_missing: str
    model_of_others: str
    system_prompt: str
    system_prompt_hint: str
    language: str
    language_reader: str
    shows_corrections: str
    shows_yes: str
    shows_no: str
    changed: str
    changed_meanwhile: str
    save: str
    cancel: str
    close: str
    line_silent: str
    line_model: str
    line_prompt: str
    line_language: str
    line_corrections: str
    line_usual: str
    prompts_title: str
    prompts_about: str
    prompt_title: str
    prompt_message: str
    prompt_message_missing: str
    prompt_title_missing: str
    pane_title: str
    default_prompts: tuple[tuple[str, str], ...]


EN = PlaceTexts(
    not_admin="Only admins of Apprentice can do this. Nothing was changed.",
    no_settings_here=(
        "Direct messages have no settings of their own: here I answer as I do everywhere. "
        "Type `/retrain channel` in a channel."
    ),
    channel_title="How I behave here",
    about="These settings hold for <#{channel}>.",
    answers_here="Do I answer here?",
    answers_yes="Yes",
    answers_no="No, not even when I am mentioned",
    model="Which model answers?",
    model_champion="The champion: always the best one promoted",
    model_fixed="A fixed model, named below",
    model_name="Name of the fixed model",
    model_name_hint="As your provider calls it. It stays when a new champion is promoted.",
    model_missing="Please name the model: letters, digits and . _ : / @ - without spaces.",
    model_of_others="No model of this workspace has this name.",
    system_prompt="System prompt",
    system_prompt_hint="Empty: the same as everywhere.",
    language="Language of my own sentences",
    language_reader="Each reader's own",
    shows_corrections="When somebody corrects a reply",
    shows_yes="Show the corrected text in the thread",
    shows_no="Keep the corrected text out of the thread",
    changed="Last changed by <@{user}>, {date}",
    changed_meanwhile=(
        "Saved. <@{user}> had changed these settings while your window was open; yours hold now."
    ),
    save="Save",
    cancel="Cancel",
    close="Close",
    line_silent="does not answer",
    line_model="model {model}",
    line_prompt="own system prompt",
    line_language="language {language}",
    line_corrections="shows corrections",
    line_usual="as everywhere",
    prompts_title="Suggested questions",
    prompts_about=(
        "People see these when they open the conversation with me; a click asks the question. "
        "Leave all empty to suggest the usual ones."
    ),
    prompt_title="Button {number}",
    prompt_message="Question {number}",
    prompt_message_missing="Please write the question that this button asks.",
    prompt_title_missing="Please write what the button says.",
    pane_title="You could ask me",
    default_prompts=(
        ("What can you do?", "What can you help me with?"),
        ("Shorten a text", "I have a long text to summarise. Ask me for it."),
        ("Improve a text", "I have a text to make clearer. Ask me for it."),
        ("Think it through", "I have to decide something. Ask me what you need to know."),
    ),
)
JA = PlaceTexts(
    not_admin="これは Apprentice の管理者だけができます。何も変更していません。",
    no_settings_here=(
        "ダイレクトメッセージに個別の設定はありません。ここではいつもどおり答えます。"
        "チャンネルで `/retrain channel` と入力してください。"
    ),
    channel_title="このチャンネルでの動作",
    about="<#{channel}> での設定です。",
    answers_here="ここで答えますか？",
    answers_yes="はい",
    answers_no="いいえ（メンションされても答えません）",
    model="どのモデルが答えますか？",
    model_champion="現在のモデル（常に公開中の最良のもの）",
    model_fixed="下で指定する固定のモデル",
    model_name="固定するモデルの名前",
    model_name_hint="提供元での名前です。新しいモデルが公開されても変わりません。",
    model_missing="モデルの名前を空白なしの英数字と . _ : / @ - で入力してください。",
    model_of_others="このワークスペースにその名前のモデルはありません。",
    system_prompt="システムプロンプト",
    system_prompt_hint="空欄の場合は共通のものを使います。",
    language="ボットのメッセージの言語",
    language_reader="読む人の言語",
    shows_corrections="返信が訂正されたとき",
    shows_yes="訂正後の文章をスレッドに表示する",
    shows_no="訂正後の文章をスレッドに表示しない",
    changed="最終変更: <@{user}>、{date}",
    changed_meanwhile=(
        "保存しました。入力中に <@{user}> がこの設定を変更していましたが、あなたの内容を保存しました。"
    ),
    save="保存",
    cancel="キャンセル",
    close="閉じる",
    line_silent="答えません",
    line_model="モデル {model}",
    line_prompt="専用のシステムプロンプト",
    line_language="言語 {language}",
    line_corrections="訂正を表示",
    line_usual="共通の設定",
    prompts_title="質問の候補",
    prompts_about=(
        "私との会話を開いた人に表示され、押すとその質問をします。すべて空欄にすると標準の候補になります。"
    ),
    prompt_title="ボタン {number}",
    prompt_message="質問 {number}",
    prompt_message_missing="このボタンで聞く質問を書いてください。",
    prompt_title_missing="ボタンに表示する言葉を書いてください。",
    pane_title="こんなことを聞けます",
    default_prompts=(
        ("何ができますか？", "どんなことを手伝ってもらえますか？"),
        ("文章を要約", "長い文章を要約したいです。まず文章を送るように言ってください。"),
        ("文章を整える", "文章をわかりやすく直したいです。まず文章を送るように言ってください。"),
        ("一緒に考える", "決めたいことがあります。必要なことを質問してください。"),
    ),
)
