"""Every sentence the bot itself says to people, in one place."""

THINKING = "is thinking…"
GREETING = "Hi! Ask me something, and tell me with 👍 or 👎 whether the answer was good."
SORRY_LATER = (
    "Sorry, my model does not answer at the moment. Your question is not lost: "
    "please ask me again in a few minutes."
)
SORRY_REFUSED = (
    "Sorry, my model could not take this question. An admin can see why in the log; "
    "a shorter or differently worded question may work."
)
SORRY_EMPTY = "Sorry, my model had no answer to this. Could you put it differently?"
NOT_ADMIN = "Only admins of Apprentice can do this. Nothing was changed."
NOT_MINE = "This is not one of my replies any more, so I cannot learn from it."
SAME_TEXT = "That is what the reply says already. Please write what it should have been."
CANCELLING = "The retraining is being cancelled; its message shows when it is."
PROMOTING = "The new model is going live; the run's message shows when it has."
NO_RUN = "No retraining is under way."
NO_RUNS = "There has been no retraining yet."
APPROVED = "Thank you! Your correction is in the dataset; the next retraining will learn it."
PENDING = "Thank you! Your correction waits for a curator, then the next retraining learns it."
CONFLICT = (
    "Thank you! A colleague corrected the same question differently, so a curator will decide."
)
HELP = (
    "*`/retrain`* opens a summary of what has been learnt, and starts a retraining.\n"
    "*`/retrain status`* shows the run under way · *`history`* the last runs · "
    "*`cancel`* stops the run · *`promote`* makes its model live · "
    "*`rollback`* returns to the model before · *`help`* shows this."
)
