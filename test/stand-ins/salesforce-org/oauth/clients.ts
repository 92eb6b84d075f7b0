/** An External Client App. */
export type OAuthClient = {
  readonly clientId: string;
  /** Absent for public clients, which need PKCE. */
  readonly clientSecret?: string;
  /** Exact addresses; loopback addresses match whatever their port. */
  readonly redirectUris: readonly string[];
  readonly scopes?: readonly string[];
  /** Admin-approved users are pre-authorized: only holders of this permission set may use the app. */
  readonly permissionSet?: string;
  /** PEM of the certificate or key that signs JWT bearer assertions. */
  readonly publicKey?: string;
  /** Runs client-credentials calls. */
  readonly runAs?: string;
};

/** The app of `force-app/main`, as an org that has it deployed would know it, and the sf CLI's own. */
export const defaultClients: readonly OAuthClient[] = [
  {
    clientId: 'file-migration-redirect',
    clientSecret: 'stand-in-secret',
    redirectUris: ['http://127.0.0.1/oauth/callback', 'http://localhost/oauth/callback'],
    scopes: ['openid', 'api', 'refresh_token', 'id', 'profile'],
    permissionSet: 'File_Migration_User',
    runAs: 'integration@file-migration.example',
  },
  {
    clientId: 'PlatformCLI',
    redirectUris: ['http://localhost/OauthRedirect'],
    scopes: ['refresh_token', 'api', 'web'],
  },
];
