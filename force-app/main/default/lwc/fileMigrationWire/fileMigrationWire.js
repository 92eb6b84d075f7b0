/**
 * What a wire has answered, as one of three: `loading` until there is an answer, `error` when the org refused, `data`
 * otherwise. Denied is never taken for empty, and neither is what is still on its way.
 */
export function wireState(result) {
  if (result?.error) {
    return 'error';
  }
  return result?.data === undefined ? 'loading' : 'data';
}

/** The same of a list, where nothing in it is a state of its own: said only when the org was asked and has none. */
export function listState(result) {
  const state = wireState(result);
  return state === 'data' && result.data.length === 0 ? 'empty' : state;
}

/**
 * Every message of an error, wherever the platform put it: Apex, record forms, lists of errors, network, JavaScript.
 * Never empty for an error, because silence reads as success.
 */
export function reduceErrors(errors) {
  const messages = [errors].flat().flatMap((error) => (error ? messagesOf(error) : []));
  return [...new Set(messages)];
}

function messagesOf(error) {
  if (typeof error === 'string') {
    return [error];
  }
  const found = [error.body ?? error].flat().flatMap(messagesOfBody);
  if (found.length > 0) {
    return found;
  }
  return [error.statusText || String(error.status ?? JSON.stringify(error))];
}

function messagesOfBody(body) {
  const output = body?.output ?? {};
  const fields = [body?.fieldErrors, output.fieldErrors].flatMap((byField) => Object.values(byField ?? {}).flat());
  const nested = [...(body?.pageErrors ?? []), ...(output.errors ?? []), ...fields].map(({ message }) => message);
  // "An error occurred…" is all that a form's own message says when the reasons are beside it
  return (nested.length > 0 ? nested : [body?.message]).filter(Boolean);
}
