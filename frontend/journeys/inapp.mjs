export const WECHAT = {}
export default async function inapp() {}
