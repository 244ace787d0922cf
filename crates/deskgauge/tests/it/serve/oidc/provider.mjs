// A provider of OpenID Connect for the tests of signing in: the npm package oidc-provider with accounts of our own.
//
// It is told what it needs as JSON in its one argument, prints where it listens, and ends when its standard input does, so that none
// outlives its test. Its own pages ask who signs in and believe it: they are the package's pages for development.
import { createServer } from 'node:http';
import Provider from 'oidc-provider';

const { client, back, accounts, thin, port } = JSON.parse(process.argv[2]);
const server = createServer();
server.listen(port ?? 0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [{ ...client, redirect_uris: [back], grant_types: ['authorization_code'], response_types: ['code'] }],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], groups: ['groups', 'desk'], profile: ['name'] },
    scopes: ['openid', 'email', 'profile', 'groups'],
    // A thin token names the account alone, and its page tells the rest.
    conformIdTokenClaims: thin,
    pkce: { required: () => true },
    cookies: { keys: ['a key of tests'] },
    findAccount: (_, id) => accounts[id] && {
      accountId: id,
      claims: () => ({ sub: id, ...accounts[id] }),
    },
  });
  server.on('request', provider.callback());
  console.log(issuer);
});
process.stdin.on('end', () => process.exit(0)).resume();
