import type { RouteRecordRaw } from 'vue-router'

/** Pages for people who are not signed in yet. */
export const publicRoutes: RouteRecordRaw[] = [
  { path: '/login', name: 'login', component: () => import('./pages/LoginPage.vue'), meta: { public: true, title: 'account.login.title' } },
  { path: '/forgot', name: 'forgot', component: () => import('./pages/ForgotPage.vue'), meta: { public: true, title: 'account.forgot.title' } },
  { path: '/reset/:token', name: 'reset', component: () => import('./pages/ResetPage.vue'), meta: { public: true, title: 'account.reset.title' } },
  { path: '/l/:token', name: 'link', component: () => import('./pages/LinkPage.vue'), meta: { public: true, title: 'account.link.title' } },
]

/** A person's own pages, reached from the menu under the name. */
export const routes: RouteRecordRaw[] = [
  { path: '/account/sessions', name: 'account.sessions', component: () => import('./pages/SessionsPage.vue'), meta: { title: 'account.sessions.title' } },
  { path: '/account/password', name: 'account.password', component: () => import('./pages/PasswordPage.vue'), meta: { title: 'account.password.title' } },
  { path: '/account/totp', name: 'account.totp', component: () => import('./pages/TotpPage.vue'), meta: { title: 'account.totp.title' } },
  { path: '/account/tokens', name: 'account.tokens', component: () => import('./pages/TokensPage.vue'), meta: { title: 'account.tokens.title' } },
]
