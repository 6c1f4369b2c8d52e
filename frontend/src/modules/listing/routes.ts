import type { RouteRecordRaw } from 'vue-router'

/** For anybody: what was made public of an area. */
export const publicRoutes: RouteRecordRaw[] = [
  { path: '/listed/:division([0-9A-Z]{2,15})', name: 'listing-public', component: () => import('./pages/PublicPage.vue'), meta: { public: true, title: 'listing.publication' } },
]

export const routes: RouteRecordRaw[] = [
  { path: '/listings', name: 'listings', component: () => import('./pages/ListingsPage.vue'), meta: { title: 'listing.title', action: 'listing.supervision.list', menu: { group: 'hazard', order: 30 } } },
  { path: '/listings/:id(\\d+)', name: 'listing', component: () => import('./pages/ListingPage.vue'), meta: { title: 'listing.detail', action: 'listing.supervision.list', parent: 'listings' } },
]
