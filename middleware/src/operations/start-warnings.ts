import type { Environment } from '../environment.ts';

/** How long a load balancer waits for the answer of a health check before it counts as failed. */
const HEALTH_CHECK_TIMEOUT_SECONDS = 2;

/** What is configured so that it works and will hurt, in sentences for the log. */
export function startWarnings(environment: Environment, now = new Date()): string[] {
  return [...drainWarnings(environment), ...certificateWarnings(environment, now)];
}

/** An instance that stops while the load balancer still sends it clicks refuses them. */
function drainWarnings(environment: Environment): string[] {
  const {
    REDIRECT_DRAIN_DELAY_SECONDS: delay,
    REDIRECT_HEALTH_CHECK_SECONDS: interval,
    REDIRECT_HEALTH_CHECK_FAILURES: failures,
  } = environment;
  const noticed = interval * failures + HEALTH_CHECK_TIMEOUT_SECONDS;
  if (delay === 0 || delay >= noticed) return [];
  return [
    `REDIRECT_DRAIN_DELAY_SECONDS is ${delay}, and a load balancer that checks every ${interval} s and needs ${failures} ` +
      `failures may send clicks for ${noticed} s after SIGTERM: those are refused. Set the delay to ${noticed} or more.`,
  ];
}

function certificateWarnings({ REDIRECT_LINK_CERTIFICATE: certificates = [] }: Environment, now: Date): string[] {
  return certificates
    .filter(({ validToDate }) => validToDate < now)
    .map(
      ({ validTo, subject }) =>
        `REDIRECT_LINK_CERTIFICATE holds a certificate that expired on ${validTo} (${subject.replaceAll('\n', ', ')}): ` +
        'link tokens that it signed are refused.',
    );
}
