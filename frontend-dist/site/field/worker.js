// Keeps the phone pages so that they open without network. The build puts the list of files in. It never touches
// /api: what the server said is kept by the pages themselves, by person.
const FILES = ["/icon.svg","/field/manifest.webmanifest","/field/icon-192.png","/assets/ActivatePage-CJfzrVY1.js","/assets/ActivatePage-dWELifoE.css","/assets/BeforeAfter-BM1vVU3j.js","/assets/BeforeAfter-WudP9clS.css","/assets/CertificateCard-i3Tm1U4t.js","/assets/CheckPage-Blu3HYmp.js","/assets/CheckPage-T0hS-mho.css","/assets/DeedPage-Bpo_KpT6.js","/assets/DeedPage-Cf9fLfDt.css","/assets/DutiesPage-BaweB5L5.css","/assets/DutiesPage-rF9m44WO.js","/assets/DutyPage-CPyhnxGl.css","/assets/DutyPage-DdGUjjHM.js","/assets/DutyTasksPage-CauDdXjf.css","/assets/DutyTasksPage-DAdQtqLy.js","/assets/EvaluatePage-BPeWoRDK.js","/assets/EvaluatePage-Bb-V9rKz.css","/assets/EvaluationsPage-B25NDF-4.css","/assets/EvaluationsPage-D998Y_7n.js","/assets/FixPage-BGzEt7fP.css","/assets/FixPage-DOrfrFI-.js","/assets/HazardPage-7TIycHLq.css","/assets/HazardPage-DG6ssXlQ.js","/assets/InboxPage-BRLraxzq.js","/assets/InboxPage-D3mOfCsA.css","/assets/InstallCard-CQ-YVxr5.js","/assets/InstallCard-i_MV-_vK.css","/assets/LanguageBar-BeDA-F20.css","/assets/LanguageBar-C1m-JEbI.js","/assets/LetterPage-BEVFUMIf.js","/assets/LetterPage-C6O4-3NF.css","/assets/LetterPaper-Beb4COb2.css","/assets/LetterPaper-BjawNfv0.js","/assets/LettersPage-Ithvq6aT.css","/assets/LettersPage-WnsIer9f.js","/assets/LevelTag-C5Izijir.js","/assets/LevelTag-CgdoyROy.css","/assets/LinkPage-ChGwUM52.css","/assets/LinkPage-DbAMezZP.js","/assets/LoadedPage-D2uXTcgb.css","/assets/LoadedPage-D3vJqEao.js","/assets/LoginPage-B5ZGo159.css","/assets/LoginPage-D4wgh-2X.js","/assets/MainTabs-DVkl1B-1.js","/assets/MainTabs-IVZ97fZ3.css","/assets/MePage-Bd7hdKsS.css","/assets/MePage-CaYIjZ1J.js","/assets/OutsidePage-CZ3IPf7I.css","/assets/OutsidePage-Dig3cU-7.js","/assets/PageFrame-BAu2I8qp.js","/assets/PageFrame-D77oN2H3.css","/assets/ParcelCard-BeqcQCQp.css","/assets/ParcelCard-t-YAs0NW.js","/assets/ParcelEnd-1zSotMcD.css","/assets/ParcelEnd-BgkRA5WQ.js","/assets/PermitCard-CTdQLB0n.js","/assets/PermitCard-Cru_2OQM.css","/assets/PermitNewPage-ChVlCsnY.css","/assets/PermitNewPage-D_cg9Yck.js","/assets/PermitPage-CtTxms1S.js","/assets/PermitPage-k3LyoWXg.css","/assets/PermitsPage-Cz8TlG-t.js","/assets/PermitsPage-D7cm1_fs.css","/assets/PhotoPick-DftDjGo0.js","/assets/PhotoPick-YD_0hyDr.css","/assets/PhotoRow-BkhbLOsV.css","/assets/PhotoRow-C_Q6lRfb.js","/assets/PhraseChips-DkWAZchv.css","/assets/PhraseChips-GomP4fIE.js","/assets/PostersPage-BNytZN6n.css","/assets/PostersPage-BiqrA1FX.js","/assets/ProblemNote-Bz7Mpn0_.js","/assets/ProblemNote-FZalFKIf.css","/assets/QueuePage-BaPpGrKw.js","/assets/QueuePage-DGQPSazp.css","/assets/ReportPage-C_MWDsZx.css","/assets/ReportPage-aBNDFiUQ.js","/assets/RewardsPage-BCWHVINB.css","/assets/RewardsPage-CSICfa8y.js","/assets/ScanPage-BRGh214e.css","/assets/ScanPage-Bairfh9Z.js","/assets/ScorePage-D2hUlCpb.js","/assets/ScorePage-D7u3StAg.css","/assets/ScoresPage-CQdjAtwC.js","/assets/ScoresPage-jUIwl9Dj.css","/assets/SetUpPage-DnXwfIGd.js","/assets/SetUpPage-E4OxjJTy.css","/assets/SignSheet-DZ8chMuR.css","/assets/SignSheet-DaEX2GeD.js","/assets/SignaturePad-BsHaKBIl.css","/assets/SignaturePad-Kj7bC2bu.js","/assets/SnapPage-CMLx6dkW.js","/assets/TodayPage-Bvgpe-ji.js","/assets/TodayPage-DoTkxoJd.css","/assets/_plugin-vue_export-helper-BDNMzG2s.js","/assets/accident-Fp_h5ZZU.js","/assets/account-Dd6-xcqa.js","/assets/activation-B7hkWzVf.js","/assets/address-Bd6doNeh.js","/assets/audit-BAKK9f_k.js","/assets/award-DjDDik5Y.js","/assets/certificate-BtSOoymT.js","/assets/check-Cs5VHSS2.js","/assets/checkbox-CKVcdXN7.js","/assets/checkbox-Dm__LFta.css","/assets/checklist-yvVJ6pm2.js","/assets/company-CWinDxta.js","/assets/contractor-BFzWXG74.js","/assets/deadline-vmF--k1S.js","/assets/due-DYk22sR9.js","/assets/duty-RPsd_kPu.js","/assets/emergency-DjosCm-3.js","/assets/enrolment-CTBBUlLO.js","/assets/equipment-CcUIm_BK.js","/assets/evaluation-3OZmL0ez.js","/assets/evidence-CQD1pIPY.js","/assets/fault-BqtPmpy2.js","/assets/field-BCMy1Fw0.css","/assets/field-DEftbVhI.js","/assets/field-Dv3yGryW.js","/assets/fieldPermit-DbIoRxUd.js","/assets/font-49908267.woff2","/assets/format-IJT5dXjT.js","/assets/function-call-DUIHNnwi.js","/assets/function-call-vERPBkMb.js","/assets/grading-B61dtfaN.js","/assets/hash-C9q1SgCD.js","/assets/hazard-CiZziiNF.js","/assets/home-DlL89vWc.js","/assets/import-paf3kKEW.js","/assets/inspection-nRZV-HWT.js","/assets/interceptor-fCcA1_TB.js","/assets/letter-DNi7XhuW.js","/assets/list-D2z-styT.js","/assets/listing-ESjMg3bX.js","/assets/livescore-CuhVbA5u.js","/assets/meeting-CrzcN00i.js","/assets/notice-Dr7yp805.js","/assets/on-popup-reopen-BJGK0Kor.js","/assets/oversight-C2KavrUc.js","/assets/parts-C8dJo5Gm.js","/assets/people-BxggPid-.js","/assets/performance-DmxhvOun.js","/assets/permit-DY5daryX.js","/assets/permitServer-C0fL8TpM.js","/assets/popup-DT_8x42o.js","/assets/proof-DagD9yxx.js","/assets/protection-D2k32j_B.js","/assets/queue-BUpOJL3D.js","/assets/register-CTlFiWDE.js","/assets/reportItem-Ee3Z4wMP.js","/assets/responsibility-aHlz8XTB.js","/assets/reward-79pB2q2o.js","/assets/risk-CmgvaaJN.js","/assets/role-4qmkRGEc.js","/assets/rubric-CBQDREuD.js","/assets/say-BbhdZNYU.js","/assets/selfreport-CMzqA-dv.js","/assets/shell-gk1As1hy.js","/assets/signature-ygen43Ka.js","/assets/staff-C_3oTwEG.js","/assets/standardization-5aIp6JOE.js","/assets/style-BKC72xPJ.css","/assets/style-BTxaW5oo.css","/assets/style-Bjr-1vAo.css","/assets/style-Bsn4ZUmo.css","/assets/style-Bsp-knLV.css","/assets/style-BxKs89X0.js","/assets/style-CIZylxmu.js","/assets/style-CMkmhaUT.js","/assets/style-Cp_6PAKV.js","/assets/style-Cxp1oDBI.js","/assets/style-D4k8iKBU.js","/assets/style-D4vPvTRK.css","/assets/style-DNCCQpmY.js","/assets/style-DNMYYDcG.js","/assets/style-DnYcvOhI.css","/assets/style-Doe9CbNr.js","/assets/tag-CbBQTtH-.js","/assets/transfer-DFaZ_Gyi.js","/assets/transport-B9lyBeRn.js","/assets/use-expose-BVPoPA23.js","/assets/use-id-Cp7pXRNj.js","/assets/useCamera-BG1ES73r.js","/assets/useForms-14dKnc9P.css","/assets/useForms-Da-FAplr.js","/assets/useIntent-DUBfoBFA.js","/assets/useLoad-DYKvLFaf.js","/assets/useMe-BokHBfIZ.js","/assets/useParcel-BspY__RZ.js","/assets/usePermit-Bmx_rNXe.js","/assets/usePosition-COyK1ZEs.css","/assets/usePosition-D_XV6n_o.js","/assets/useQueue-CP8wk3ZJ.js","/assets/useSaid-CiNTQ0-L.js"]
const VERSION = '7c5035f0faf6'
const CACHE = `anbiao-field-${VERSION}`
const PAGE = '/field/'
const PATIENCE = 4000

self.addEventListener('install', (event) => {
  event.waitUntil(
    caches.open(CACHE).then((cache) => cache.addAll([PAGE, ...FILES].map((path) => new Request(path, { cache: path === PAGE ? 'reload' : 'default' })))),
  )
})

self.addEventListener('activate', (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((name) => name.startsWith('anbiao-field-') && name !== CACHE).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  )
})

/** The page of the day; the kept one when the network is silent. */
async function page(request) {
  const kept = await caches.match(PAGE, { cacheName: CACHE })
  const fresh = fetch(request)
  if (!kept) return fresh
  const silent = new Promise((done) => setTimeout(() => done(kept), PATIENCE))
  return Promise.race([fresh.then((answer) => (answer.ok ? answer : kept)).catch(() => kept), silent])
}

self.addEventListener('fetch', (event) => {
  const { request } = event
  const address = new URL(request.url)
  if (request.method !== 'GET' || address.origin !== location.origin || address.pathname.startsWith('/api/')) return
  if (request.mode === 'navigate') {
    if (address.pathname.startsWith(PAGE)) event.respondWith(page(request))
    return
  }
  if (FILES.includes(address.pathname)) event.respondWith(caches.match(request, { cacheName: CACHE }).then((kept) => kept ?? fetch(request)))
})
