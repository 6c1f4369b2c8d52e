import type { RouteRecordRaw } from 'vue-router'

const group = 'programme'
const kinds = ['regulator']

/** For anybody: what an area publishes. */
export const publicRoutes: RouteRecordRaw[] = [
  { path: '/public/:division([0-9A-Z]{2,15})', name: 'public-page', component: () => import('./pages/PublicPage.vue'), meta: { public: true, title: 'programme.public' } },
]

export const routes: RouteRecordRaw[] = [
  { path: '/programmes', name: 'programmes', component: () => import('./pages/ProgrammesPage.vue'), meta: { title: 'programme.title', action: 'programme.target.read', menu: { group, order: 10, kinds } } },
  { path: '/programmes/:id(\\d+)', name: 'programme', component: () => import('./pages/ProgrammePage.vue'), meta: { title: 'programme.detail', action: 'programme.target.read', parent: 'programmes' } },
  { path: '/programmes/:id(\\d+)/companies', name: 'programme-companies', component: () => import('./pages/BehindPage.vue'), meta: { title: 'programme.behind', action: 'programme.target.read', parent: 'programmes' } },
  { path: '/statistics', name: 'statistics', component: () => import('./pages/FormsPage.vue'), meta: { title: 'programme.forms', action: 'programme.form.read', menu: { group, order: 11, kinds } } },
  { path: '/comparison', name: 'comparison', component: () => import('./pages/ComparePage.vue'), meta: { title: 'programme.comparison', action: 'programme.compare.read', menu: { group, order: 12, kinds } } },
  { path: '/bulletins', name: 'bulletins', component: () => import('./pages/BulletinsPage.vue'), meta: { title: 'programme.bulletins', action: 'programme.compare.read', menu: { group, order: 13, kinds } } },
  { path: '/bulletins/:id(\\d+)', name: 'bulletin', component: () => import('./pages/BulletinPage.vue'), meta: { title: 'programme.bulletin', action: 'programme.compare.read', parent: 'bulletins' } },
  { path: '/specials', name: 'specials', component: () => import('./pages/SpecialsPage.vue'), meta: { title: 'programme.specials', action: 'programme.special.read', menu: { group, order: 14, kinds } } },
]
