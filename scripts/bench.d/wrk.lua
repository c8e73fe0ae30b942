-- The call that every client makes; wrk takes its method and body from nowhere else.
wrk.method = "POST"
wrk.body = os.getenv("BODY")
wrk.headers["content-type"] = os.getenv("CONTENT_TYPE")
