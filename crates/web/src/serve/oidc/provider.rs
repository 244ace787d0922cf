//! A provider of OpenID Connect: found by its issuer, asked for a code, the code traded for a token, the token checked.
//!
//! The checks of tokens (signature, issuer, audience, time, nonce) are those of a library. Nothing is followed to other places than those
//! that the provider itself names, answers have a bound of bytes and time, and no secret, code or token gets into an error's text.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use deskgauge_core::rules;
use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreAuthenticationFlow, CoreClientAuthMethod, CoreErrorResponseType, CoreGenderClaim,
    CoreJsonWebKey, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm, CoreProviderMetadata, CoreRevocableToken,
    CoreRevocationErrorResponse, CoreTokenIntrospectionResponse, CoreTokenType,
};
use openidconnect::{
    AccessTokenHash, AdditionalClaims, AuthType, AuthorizationCode, Client, ClientId, ClientSecret, CsrfToken,
    EmptyExtraTokenFields, EndpointMaybeSet, EndpointNotSet, EndpointSet, HttpRequest, HttpResponse, IdTokenFields, IssuerUrl,
    Nonce, OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RequestTokenError, Scope,
    StandardErrorResponse, StandardTokenResponse, TokenResponse, UserInfoClaims,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tokio::sync::Semaphore;
use ureq::tls::{RootCerts, TlsConfig};
use ureq::{Agent, Proxy};

use super::{Told, Trouble, Way};
use crate::failure::{Failure, Outcome};
use crate::serve::secret;

/// How long one request may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// The most bytes of an answer.
const ANSWER_BYTES: u64 = 1 << 20;
/// For how long what a provider says of itself is believed without asking again.
const KNOWN: Duration = Duration::from_secs(300);
/// Most sign-ins that wait for the provider at once; each holds a thread.
static TURNS: Semaphore = Semaphore::const_new(8);

/// All claims but those of the standard.
#[derive(Debug, Clone, Deserialize, Serialize)]
struct Others {
    #[serde(flatten)]
    claims: Map<String, Value>,
}

impl AdditionalClaims for Others {}

type Fields =
    IdTokenFields<Others, EmptyExtraTokenFields, CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm>;
type Tokens = StandardTokenResponse<Fields, CoreTokenType>;
type Known = Client<
    Others,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    Tokens,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// The provider of a workspace.
#[derive(Clone)]
pub(super) struct Provider(Arc<Inside>);

struct Inside {
    issuer: IssuerUrl,
    client: ClientId,
    secret: Option<ClientSecret>,
    back: RedirectUrl,
    scopes: Vec<String>,
    /// The claims that are wanted: where the token lacks one, the provider's page of the account is asked, too.
    wanted: Vec<String>,
    agent: Agent,
    /// What it said of itself last, and when.
    metadata: Mutex<Option<(Instant, CoreProviderMetadata)>>,
}

impl Provider {
    /// The one of the rules. Nothing is asked of it.
    pub(super) fn of(rules: &rules::Oidc, secret: Option<String>, back: &str) -> Outcome<Self> {
        let wrong = |what: &str, text: &str| {
            let message = format!("`{text}` of [oidc] is no address: {what}");
            Failure::usage("oidc-address", message, "write it in deskgauge.toml as https://HOST/PATH")
        };
        let tls = TlsConfig::builder().root_certs(RootCerts::PlatformVerifier).build();
        // What runs on this machine is asked without a detour; what does not is asked by TLS alone, whatever it names.
        let is_afar = rules.issuer.starts_with("https://");
        let agent = Agent::config_builder()
            .proxy(Proxy::try_from_env().filter(|_| is_afar))
            .https_only(is_afar)
            .max_redirects(0)
            .http_status_as_error(false)
            .timeout_global(Some(PATIENCE))
            .user_agent(concat!("deskgauge/", env!("CARGO_PKG_VERSION")))
            .tls_config(tls);
        let claims = [Some("email"), Some("email_verified"), rules.role_claim.as_deref(), rules.agent_claim.as_deref()];
        let first = |claim: &str| claim.split('.').next().unwrap_or_default().to_owned();
        let inside = Inside {
            issuer: IssuerUrl::new(rules.issuer.clone()).map_err(|error| wrong(&error.to_string(), &rules.issuer))?,
            client: ClientId::new(rules.client_id.clone()),
            secret: secret.map(ClientSecret::new),
            back: RedirectUrl::new(back.to_owned()).map_err(|error| wrong(&error.to_string(), &rules.public_url))?,
            scopes: rules.scopes.clone(),
            wanted: claims.into_iter().flatten().map(first).collect(),
            agent: agent.build().new_agent(),
            metadata: Mutex::new(None),
        };
        Ok(Self(Arc::new(inside)))
    }

    /// Where to send somebody.
    pub(super) async fn begin(&self) -> Result<Way, Trouble> {
        self.work(|inside| {
            let client = inside.client(inside.metadata(false)?)?;
            let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
            let request = client.authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                || CsrfToken::new(secret::make()),
                || Nonce::new(secret::make()),
            );
            let scopes = inside.scopes.iter().cloned().map(Scope::new);
            let (url, state, nonce) = request.add_scopes(scopes).set_pkce_challenge(challenge).url();
            let (state, nonce) = (state.into_secret(), nonce.secret().clone());
            Ok(Way { url: url.to_string(), state, nonce, verifier: verifier.into_secret() })
        })
        .await
    }

    /// Who somebody is who came back with a code.
    pub(super) async fn finish(&self, code: String, nonce: &str, verifier: String) -> Result<Told, Trouble> {
        let nonce = Nonce::new(nonce.to_owned());
        self.work(move |inside| inside.finish(code, &nonce, verifier)).await
    }

    /// Talks to it on a thread that may wait.
    async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Inside) -> Result<T, Trouble> + Send + 'static,
    ) -> Result<T, Trouble> {
        let waited = tokio::time::timeout(PATIENCE, TURNS.acquire()).await;
        let Ok(Ok(_turn)) = waited else { return Err(Trouble::Unreachable("too many wait for it".to_owned())) };
        let inside = self.0.clone();
        let done = tokio::task::spawn_blocking(move || work(&inside)).await;
        done.unwrap_or_else(|_| Err(Trouble::Unreachable("asking it was broken off".to_owned())))
    }
}

impl Inside {
    fn finish(&self, code: String, nonce: &Nonce, verifier: String) -> Result<Told, Trouble> {
        let client = self.client(self.metadata(false)?)?;
        let request = client
            .exchange_code(AuthorizationCode::new(code))
            .map_err(|_| Trouble::Distrusted("it names no address where codes are traded for tokens".to_owned()))?;
        let request = request.set_pkce_verifier(PkceCodeVerifier::new(verifier));
        let tokens: Tokens = request.request(&|request| self.send(request)).map_err(|error| refused(&error))?;
        match self.told(&client, &tokens, nonce) {
            // Keys are changed from time to time: it is asked for the newest before a token is called wrong.
            Err(Trouble::Distrusted(_)) => self.told(&self.client(self.metadata(true)?)?, &tokens, nonce),
            told => told,
        }
    }

    /// What the token says, and where that lacks something, what the provider's page of the account says.
    fn told(&self, client: &Known, tokens: &Tokens, nonce: &Nonce) -> Result<Told, Trouble> {
        let distrusted = |why: String| Trouble::Distrusted(why);
        let token = tokens.id_token().ok_or_else(|| distrusted("it gave no ID token".to_owned()))?;
        let verifier = client.id_token_verifier().set_allowed_algs(ALGORITHMS);
        let claims = token.claims(&verifier, nonce).map_err(|error| distrusted(format!("the ID token: {error}")))?;
        if let Some(expected) = claims.access_token_hash() {
            let made = token.signing_alg().and_then(|algorithm| {
                let key = token.signing_key(&verifier)?;
                Ok(AccessTokenHash::from_token(tokens.access_token(), algorithm, key))
            });
            if !matches!(made, Ok(Ok(made)) if made == *expected) {
                return Err(distrusted("the access token is not the one of the ID token".to_owned()));
            }
        }
        let subject = claims.subject().as_str().to_owned();
        let mut all = object(claims);
        if self.wanted.iter().any(|claim| !all.contains_key(claim))
            && let Ok(request) = client.user_info(tokens.access_token().clone(), Some(claims.subject().clone()))
        {
            let page: UserInfoClaims<Others, CoreGenderClaim> = request
                .request(&|request| self.send(request))
                .map_err(|_| distrusted("its page of the account could not be read".to_owned()))?;
            for (name, value) in object(&page) {
                all.entry(name).or_insert(value);
            }
        }
        Ok(Told { subject, claims: all })
    }

    /// What it says of itself: as it was known a moment ago, or asked anew.
    fn metadata(&self, anew: bool) -> Result<CoreProviderMetadata, Trouble> {
        let known = |kept: &Option<(Instant, CoreProviderMetadata)>| {
            kept.as_ref().filter(|(at, _)| !anew && at.elapsed() < KNOWN).map(|(_, metadata)| metadata.clone())
        };
        if let Some(metadata) = known(&self.metadata.lock().unwrap_or_else(PoisonError::into_inner)) {
            return Ok(metadata);
        }
        let metadata = CoreProviderMetadata::discover(&self.issuer, &|request| self.send(request))
            .map_err(|error| Trouble::Unreachable(said(&error)))?;
        *self.metadata.lock().unwrap_or_else(PoisonError::into_inner) = Some((Instant::now(), metadata.clone()));
        Ok(metadata)
    }

    fn client(&self, metadata: CoreProviderMetadata) -> Result<Known, Trouble> {
        let ways = metadata.token_endpoint_auth_methods_supported().cloned().unwrap_or_default();
        let by_body = ways.contains(&CoreClientAuthMethod::ClientSecretPost);
        let by_header = ways.is_empty() || ways.contains(&CoreClientAuthMethod::ClientSecretBasic);
        let client = Client::from_provider_metadata(metadata, self.client.clone(), self.secret.clone());
        let client = client.set_redirect_uri(self.back.clone());
        let way = if by_body && !by_header { AuthType::RequestBody } else { AuthType::BasicAuth };
        Ok(client.set_auth_type(way))
    }

    fn send(&self, request: HttpRequest) -> Result<HttpResponse, ureq::Error> {
        let (parts, body) = request.into_parts();
        let answer = if body.is_empty() {
            self.agent.run(ureq::http::Request::from_parts(parts, ()))?
        } else {
            self.agent.run(ureq::http::Request::from_parts(parts, body))?
        };
        let (parts, mut body) = answer.into_parts();
        Ok(HttpResponse::from_parts(parts, body.with_config().limit(ANSWER_BYTES).read_to_vec()?))
    }
}

/// What a token may be signed by: keys that only the provider has.
const ALGORITHMS: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

/// Why it gave no token. Of its answer only the word of the error is told.
fn refused(error: &RequestTokenError<ureq::Error, StandardErrorResponse<CoreErrorResponseType>>) -> Trouble {
    match error {
        RequestTokenError::ServerResponse(answer) => {
            Trouble::Distrusted(format!("it gave no token: {}", super::word(answer.error().as_ref())))
        }
        RequestTokenError::Request(error) => Trouble::Unreachable(said(error)),
        RequestTokenError::Parse(..) | RequestTokenError::Other(_) => {
            Trouble::Distrusted("its answer with the token cannot be read".to_owned())
        }
    }
}

/// An error with what it comes from.
fn said(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        text.push_str(&format!(": {inner}"));
        source = inner.source();
    }
    text
}

fn object(claims: &impl Serialize) -> Map<String, Value> {
    match serde_json::to_value(claims) {
        Ok(Value::Object(object)) => object,
        _ => Map::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(issuer: &str) -> Outcome<Provider> {
        let text = format!("[oidc]\nissuer = \"{issuer}\"\nclient_id = \"d\"\npublic_url = \"https://desk.example\"\n");
        let (rules, problems) = rules::Rules::parse(&text, "deskgauge.toml");
        assert!(problems.is_empty(), "{problems:?}");
        Provider::of(&rules.oidc.expect("it has them"), None, "https://desk.example/sign-in/oidc/callback")
    }

    #[test]
    fn an_issuer_that_is_no_address_is_told_at_once() {
        assert!(of("https://login.example/realms/desk").is_ok());
        let failure = of("https://[login").err().expect("it is no address");
        assert_eq!(failure.problems[0].code, "oidc-address");
    }

    #[tokio::test]
    async fn a_provider_that_is_not_there_is_told_with_its_cause() {
        let closed = std::net::TcpListener::bind("127.0.0.1:0").and_then(|socket| socket.local_addr()).expect("a port");
        let provider = of(&format!("http://{closed}")).expect("it is an address");
        match provider.begin().await {
            Err(Trouble::Unreachable(why)) => assert!(why.contains("refused"), "{why}"),
            _ => panic!("nobody is there"),
        }
    }
}
