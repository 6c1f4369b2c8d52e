export default async function storm() {}
