import plugin from '../../package.json' with { type: 'json' };

/** This plugin's own version. */
export const pluginVersion: string = plugin.version;
