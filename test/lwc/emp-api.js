/* global jest */
/** Platform events in tests: `publish` tells every subscriber of the channel. */
const subscribers = new Map();

export const isEmpEnabled = jest.fn(() => Promise.resolve(true));
export const onError = jest.fn();
export const subscribe = jest.fn((channel, replayId, callback) => {
  const subscription = { channel, replayId };
  subscribers.set(subscription, callback);
  return Promise.resolve(subscription);
});
export const unsubscribe = jest.fn((subscription) => {
  subscribers.delete(subscription);
  return Promise.resolve({});
});
export function publish(channel, payload) {
  for (const [subscription, callback] of subscribers) {
    if (subscription.channel === channel) callback({ channel, data: { payload } });
  }
}
