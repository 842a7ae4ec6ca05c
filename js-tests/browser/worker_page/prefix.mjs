export const prefix = 'm_';
