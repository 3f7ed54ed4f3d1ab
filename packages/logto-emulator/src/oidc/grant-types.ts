export const deviceCode = 'urn:ietf:params:oauth:grant-type:device_code';
export const tokenExchange = 'urn:ietf:params:oauth:grant-type:token-exchange';
