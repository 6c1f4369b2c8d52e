import type { RouteRecordRaw } from 'vue-router'

/** Pages for people who are not signed in yet. */
export const publicRoutes: RouteRecordRaw[] = [
  { path: '/login', name: 'login', component: () => import('./pages/LoginPage.vue'), meta: { public: true, title: 'account.login.title' } },
  { path: '/forgot', name: 'forgot', component: () => import('./pages/ForgotPage.vue'), meta: { public: true, title: 'account.forgot.title' } },
  { path: '/l/:token', name: 'link', component: () => import('./pages/LinkPage.vue'), meta: { public: true, title: 'account.link.title' } },
  { path: '/invitation/:token', name: 'invitation', component: () => import('./pages/InvitationPage.vue'), meta: { public: true, title: 'account.invitation.title' } },
]

/** A person's own pages, reached from the menu under the name, and the administration of others. */
export const routes: RouteRecordRaw[] = [
  { path: '/account/me', name: 'account.me', component: () => import('./pages/SelfPage.vue'), meta: { title: 'account.self.title' } },
  { path: '/account/sessions', name: 'account.sessions', component: () => import('./pages/SessionsPage.vue'), meta: { title: 'account.sessions.title' } },
  { path: '/account/password', name: 'account.password', component: () => import('./pages/PasswordPage.vue'), meta: { title: 'account.password.title' } },
  { path: '/account/totp', name: 'account.totp', component: () => import('./pages/TotpPage.vue'), meta: { title: 'account.totp.title' } },
  { path: '/account/tokens', name: 'account.tokens', component: () => import('./pages/TokensPage.vue'), meta: { title: 'account.tokens.title' } },
  { path: '/members', name: 'members', component: () => import('./pages/MembersPage.vue'), meta: { title: 'account.members.title', action: 'account.member.list', menu: { group: 'platform', order: 10 } } },
  { path: '/members/refusals', name: 'refusals', component: () => import('./pages/RefusalsPage.vue'), meta: { title: 'account.refusals.title', action: 'account.member.list' } },
  { path: '/invitations', name: 'invitations', component: () => import('./pages/InvitationsPage.vue'), meta: { title: 'account.invitations.title', action: 'account.member.invite', menu: { group: 'platform', order: 20 } } },
  { path: '/engagements', name: 'engagements', component: () => import('./pages/EngagementsPage.vue'), meta: { title: 'account.engagements.title', action: 'account.engagement.keep', menu: { group: 'company', order: 60, kinds: ['company'] } } },
  { path: '/organisations', name: 'organisations', component: () => import('./pages/OrganisationsPage.vue'), meta: { title: 'account.organisations.title', action: 'account.organisation.keep', menu: { group: 'platform', order: 30 } } },
]
