"""What the page about learning says."""

from dataclasses import dataclass


@dataclass(frozen=True)
class LearnTexts:
    """A heading, and questions with their answers."""

    title: str
    intro: str
    answers: tuple[tuple[str, str], ...]


EN = LearnTexts(
    title="How this bot learns",
    intro="It answers with a language model, and that model is trained further on what you correct.",
    answers=(
        (
            "What does it learn from?",
            (
                "From replies that you mark 👍, and above all from your corrections: press 👎 under a "
                "reply and write what it should have said. It does not learn from anything else."
            ),
        ),
        (
            "Who decides what it learns?",
            (
                "Curators of your workspace look at what was corrected. Unless an admin has chosen "
                "otherwise, only what they approve is learnt. Secrets, e-mail addresses and telephone numbers are taken out first."
            ),
        ),
        (
            "When does a correction take effect?",
            (
                "With the next training. The new model goes live only if it gives the corrected answers "
                "better than the old one and has forgotten nothing that was good. Otherwise the old one "
                "stays."
            ),
        ),
        (
            "What is stored?",
            (
                "Messages addressed to the bot, its replies, and what you say about them. Replies that "
                "nobody votes on are removed after a while. Other conversations are not read, but for "
                "the thread in which you call the bot."
            ),
        ),
        (
            "Can I keep out of it?",
            (
                "Yes. Open the bot's Home tab in Slack and press “Opt out and remove my "
                "data”: your questions are then answered without being kept, and what was kept is removed."
            ),
        ),
        (
            "What does the name under a reply mean?",
            "It is the version of the model that wrote it. After a training it changes.",
        ),
    ),
)
JA = LearnTexts(
    title="このボットの学習のしくみ",
    intro="このボットは言語モデルで答え、そのモデルは皆さんの訂正をもとに追加で学習します。",
    answers=(
        (
            "何から学びますか。",
            (
                "👍 が付いた返信と、何よりも皆さんの訂正から学びます。返信の下の 👎 を押して、"
                "どう答えるべきだったかを書いてください。それ以外のものからは学びません。"
            ),
        ),
        (
            "何を学ぶかは誰が決めますか。",
            (
                "ワークスペースのキュレーターが訂正を確認します。管理者が別の設定にしていない限り、"
                "承認したものだけが学習に使われます。"
                "パスワードなどの秘密情報、メールアドレス、電話番号は事前に取り除かれます。"
            ),
        ),
        (
            "訂正はいつ反映されますか。",
            (
                "次の学習のときです。新しいモデルは、訂正された答えが今のモデルより良くなり、"
                "良かった答えを忘れていない場合にだけ使われます。そうでなければ今のモデルのままです。"
            ),
        ),
        (
            "何が保存されますか。",
            (
                "ボットに宛てたメッセージ、その返信、返信への評価と訂正です。誰も評価しなかった返信は"
                "一定期間の後に削除されます。ボットが呼ばれたスレッドのほかは、会話を読みません。"
            ),
        ),
        (
            "学習に使われないようにできますか。",
            (
                "はい。Slack でボットの「ホーム」タブを開き、「保存をやめてデータを削除」を押してください。"
                "以後の質問は保存されずに回答され、それまでに保存されたものは削除されます。"
            ),
        ),
        (
            "返信の下にある名前は何ですか。",
            "その返信を書いたモデルのバージョンです。学習の後に変わります。",
        ),
    ),
)
