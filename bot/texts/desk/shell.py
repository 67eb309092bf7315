"""What stands around every screen of the desk."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ShellTexts:
    """Navigation, and words that several screens share."""

    name: str
    skip: str
    screens: str
    review: str
    dataset: str
    snapshots: str
    runs: str
    models: str
    people: str
    activity: str
    curator: str
    admin: str
    sign_out: str
    cancel: str
    close: str
    undo: str
    previous: str
    next: str
    numbers: str
    total: str
    nobody: str
    # statuses and sources of examples
    pending: str
    approved: str
    rejected: str
    thumbs_up: str
    correction: str
    import_: str
    distill: str


EN = ShellTexts(
    name="Apprentice",
    skip="Skip to the content",
    screens="Screens",
    review="Review",
    dataset="Dataset",
    snapshots="Snapshots",
    runs="Runs",
    models="Models",
    people="People",
    activity="Activity",
    curator="Curator",
    admin="Admin",
    sign_out="Sign out",
    cancel="Cancel",
    close="Close",
    undo="Undo",
    previous="Previous",
    next="Next",
    numbers="Show the numbers",
    total="Total",
    nobody="nobody",
    pending="Waiting",
    approved="Approved",
    rejected="Rejected",
    thumbs_up="Marked good",
    correction="Correction",
    import_="Import",
    distill="Distilled",
)
JA = ShellTexts(
    name="Apprentice",
    skip="本文へ移動",
    screens="画面",
    review="レビュー",
    dataset="データセット",
    snapshots="スナップショット",
    runs="再学習",
    models="モデル",
    people="メンバー",
    activity="操作履歴",
    curator="キュレーター",
    admin="管理者",
    sign_out="サインアウト",
    cancel="キャンセル",
    close="閉じる",
    undo="元に戻す",
    previous="前へ",
    next="次へ",
    numbers="数値を表示",
    total="合計",
    nobody="なし",
    pending="確認待ち",
    approved="承認済み",
    rejected="却下",
    thumbs_up="高評価",
    correction="訂正",
    import_="取り込み",
    distill="蒸留",
)
