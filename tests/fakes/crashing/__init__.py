"""A rig that kills a process of ours, kill -9, at each thing it does to the world.

    nursery     a program that forks processes of ours, since it has imported everything; `ward` starts it
    reaper      counts the effects of such a process and kills it at those that a plan names
    redis_door  the process's connections to Redis, command by command
    http_door   its connections to Slack and to the model's provider, request by request
    slack_door  Slack's deliveries to it, sent again until it answers
    world       all of that around one workspace

An effect is a request that changes something: a write to Redis, a POST, a file moved into place.
`BEFORE`: the process dies and the other side has never heard of it. `AFTER`: the other side has done
it, and the process dies before it knows.
"""
