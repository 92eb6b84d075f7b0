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

/** How the redirect service is known to an org for which nobody said otherwise. */
export const STAND_IN_APP = { clientId: '3MVG9.StandIn.FileMigrationRedirect', clientSecret: 'stand-in-secret' };

/** The app of `force-app/document`, as an org that has it deployed would know it, and the sf CLI's own. */
export const defaultClients: readonly OAuthClient[] = [
  {
    ...STAND_IN_APP,
    redirectUris: ['http://127.0.0.1/sign-in/callback', 'http://localhost/sign-in/callback'],
    scopes: ['openid', 'api'],
    permissionSet: 'File_Migration_User',
  },
  {
    clientId: 'PlatformCLI',
    redirectUris: ['http://localhost/OauthRedirect'],
    scopes: ['refresh_token', 'api', 'web'],
  },
];
