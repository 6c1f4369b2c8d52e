import { createRouter, createWebHistory } from 'vue-router'

/** The phone pages, all below /field/. */
export const router = createRouter({
  history: createWebHistory('/field/'),
  routes: [{ path: '/', name: 'today', component: () => import('./TodayPage.vue') }],
})
