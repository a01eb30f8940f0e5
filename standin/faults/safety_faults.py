"""Faults of security: missing access control, rate limits or input checks."""

from standin.faults.model import Fault

LIMITER = ("rate limit probe",)
ORIGINS = ("cross-origin answers",)
TOKENS = ("token checks",)
ACCOUNTS = ("sign-up and sign-in",)
INPUT = ("hostile input",)

SAFETY_FAULTS = (
    Fault("limiter-not-registered", "Nobody is ever slowed down.", LIMITER),
    Fault("limiter-without-retry-after", "Clients are refused without hearing for how long.", LIMITER),
    Fault("limiter-never-recovers", "Who is refused once stays refused.", LIMITER),
    Fault("cors-reflects-origin", "Any web site may call the API with the visitor's session.", ORIGINS),
    Fault("cors-wildcard-with-credentials", "Answers allow every origin, with credentials.", ORIGINS),
    Fault("cors-preflight-unchecked", "Browsers are told that any site may send anything.", ORIGINS),
    Fault("cors-wrong-origins", "The frontend's own origin is refused.", ORIGINS),
    Fault(
        "security-headers-missing",
        "Browsers lose their protection against framing and sniffing.",
        ("security headers",),
    ),
    Fault("software-named", "Answers tell attackers which versions run here.", ("security headers",)),
    Fault("one-route-without-auth", "Strangers can read projects.", TOKENS),
    Fault("garbage-token-accepted", "Any text is good enough as a token.", TOKENS),
    Fault("expired-token-accepted", "Old tokens work for ever.", TOKENS),
    Fault("signature-not-checked", "Anybody can make a token for anybody.", TOKENS),
    Fault("unsigned-token-accepted", "A token that says it needs no signature is believed.", TOKENS),
    Fault("tokens-last-for-years", "Whoever finds an old laptop is signed in.", TOKENS),
    Fault("refresh-token-as-access-token", "A refresh token opens everything for a month.", TOKENS),
    Fault("websocket-open-to-anyone", "Strangers can follow tasks.", TOKENS),
    Fault("other-users-objects-visible", "People see each other's projects.", ("isolation of owners",)),
    Fault("reports-listed-for-everybody", "Everybody sees the list of all reports.", ("isolation of owners",)),
    Fault("other-users-objects-changeable", "People change and delete each other's work.", ("isolation of owners",)),
    Fault("shared-objects-changeable", "Everybody changes what administrators keep.", ("isolation of owners",)),
    Fault("admin-routes-open-to-users", "Everybody sees the machinery.", ("administrators' routes",)),
    Fault("reset-token-as-access-token", "A link that resets a password opens everything.", TOKENS),
    Fault("reset-token-in-answer", "Whoever asks gets the link that resets somebody else's password.", TOKENS),
    Fault("secrets-logged", "Passwords and tokens stand in the log.", ("log of sign-ins",)),
    Fault("access-token-outlives-logout", "Who signed out is still let in.", TOKENS),
    Fault("refresh-does-not-rotate", "A stolen refresh token keeps working.", TOKENS),
    Fault("refresh-broken", "Sessions end after a day.", TOKENS),
    Fault("refusals-with-400", "Who is not signed in is told of a bad request.", ("published refusals",)),
    Fault("login-broken", "Nobody can sign in.", ACCOUNTS),
    Fault("login-slow", "Signing in takes seconds.", ACCOUNTS, defaults={"ms": 3000}),
    Fault(
        "sign-ins-collide",
        "Of many who sign in at the same moment some are sent away.",
        ACCOUNTS,
        defaults={"most": 4, "ms": 100},
    ),
    Fault("sign-ins-queue", "Who signs in waits for those who came before.", ACCOUNTS, defaults={"most": 5, "ms": 300}),
    Fault("register-broken", "Nobody can sign up.", ACCOUNTS),
    Fault("duplicate-registration-accepted", "An address can be registered twice.", ACCOUNTS),
    Fault("weak-password-accepted", "Simple passwords are accepted.", ACCOUNTS),
    Fault("no-lock-out", "Passwords can be guessed without end.", ACCOUNTS),
    Fault("logout-broken", "Signing out ends in an error page.", ACCOUNTS),
    Fault("wrong-person-told", "Who signs in is greeted as somebody else.", ACCOUNTS),
    Fault("access-token-renews", "A stolen access token is good for ever.", TOKENS),
    Fault("password-confirm-broken", "A new password cannot be set by the link that was sent.", ACCOUNTS),
    Fault("password-reset-broken", "A forgotten password ends in an error page.", ACCOUNTS),
    Fault("logout-keeps-session", "Signing out changes nothing.", ACCOUNTS),
    Fault("text-returned-as-html", "A project's name runs as script in the browser.", INPUT),
    Fault("sql-error-on-quote", "A quote in the search field breaks the query.", INPUT),
    Fault("errors-show-sql", "Error pages show the query that failed.", INPUT),
    Fault("errors-show-traceback", "Error pages show the program's files and lines.", INPUT),
    Fault("nul-byte-500", "An invisible character ends in an error page.", INPUT),
    Fault("oversized-body-500", "A large upload ends in an error page.", INPUT),
    Fault("path-traversal-reads-files", "Files of the server can be read through the API.", INPUT),
)
