import type { RouteRecordRaw } from 'vue-router'

/** For anybody: what stands behind a certificate, and the levels of an area. */
export const publicRoutes: RouteRecordRaw[] = [
  { path: '/verify/award', name: 'award-check', component: () => import('./pages/VerifyPage.vue'), meta: { public: true, title: 'award.verify' } },
  { path: '/verify/award/:public([0-9a-f-]{36})', name: 'award-verify', component: () => import('./pages/VerifyPage.vue'), meta: { public: true, title: 'award.verify' } },
  { path: '/levels/:division([0-9A-Z]{2,15})', name: 'award-public', component: () => import('./pages/PublicPage.vue'), meta: { public: true, title: 'award.publication' } },
]

export const routes: RouteRecordRaw[] = [
  { path: '/awards/mine', name: 'award-mine', component: () => import('./pages/MinePage.vue'), meta: { title: 'award.mine', action: 'award.level.list', menu: { group: 'standardization', order: 40, kinds: ['company', 'service'] } } },
  { path: '/awards', name: 'awards', component: () => import('./pages/AwardsPage.vue'), meta: { title: 'award.title', action: 'award.level.list', menu: { group: 'standardization', order: 41, kinds: ['regulator'] } } },
  { path: '/awards/:id(\\d+)', name: 'award', component: () => import('./pages/AwardPage.vue'), meta: { title: 'award.detail', action: 'award.level.list', parent: 'awards' } },
]
