//! A defect in one handler costs one answer, not the server.
//!
//! The framework polls every handler in one task: a panic would unwind it, and leave a process that is alive and
//! answers nothing.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_util::FutureExt as _;
use tower::Service;
use tower_lsp::jsonrpc::{Error, Request, RequestBuilder, Response};

pub(super) struct Guard<S>(S);

impl<S> Guard<S> {
    pub(super) fn new(service: S) -> Self {
        Self(service)
    }
}

/// Some clients send `{}` where a method takes nothing, and the framework refuses that.
fn without_empty_params(request: Request) -> Request {
    if !matches!(request.method(), "shutdown" | "exit") || request.params().is_none() {
        return request;
    }
    let (method, id, _) = request.into_parts();
    let request = Request::build(method);
    id.into_iter().fold(request, RequestBuilder::id).finish()
}

impl<S> Service<Request> for Guard<S>
where
    S: Service<Request, Response = Option<Response>>,
    S::Future: Send + 'static,
    S::Error: Send + 'static,
{
    type Response = Option<Response>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let request = without_empty_params(request);
        let id = request.id().cloned();
        let handling = AssertUnwindSafe(self.0.call(request)).catch_unwind();
        Box::pin(async move {
            handling
                .await
                .unwrap_or_else(|_| Ok(id.map(|id| Response::from_error(id, Error::internal_error()))))
        })
    }
}
