import { openRoute, type Route } from '../http/router.ts';

/** What a client finds out about the org's OAuth, and the keys of its ID tokens. */
export const discoveryRoutes: readonly Route[] = [
  openRoute('GET', '/.well-known/openid-configuration', 'oauth.discovery', ({ org }) => ({
    status: 200,
    json: {
      issuer: org.url,
      authorization_endpoint: `${org.url}/services/oauth2/authorize`,
      token_endpoint: `${org.url}/services/oauth2/token`,
      revocation_endpoint: `${org.url}/services/oauth2/revoke`,
      introspection_endpoint: `${org.url}/services/oauth2/introspect`,
      userinfo_endpoint: `${org.url}/services/oauth2/userinfo`,
      jwks_uri: `${org.url}/id/keys`,
      scopes_supported: ['api', 'id', 'openid', 'profile', 'refresh_token', 'offline_access', 'web', 'full'],
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
      token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic', 'none'],
      claims_supported: ['sub', 'user_id', 'organization_id', 'preferred_username', 'name', 'email'],
    },
  })),
  openRoute('GET', '/id/keys', 'oauth.keys', async ({ org }) => ({ status: 200, json: await org.idTokens.jwks() })),
];
