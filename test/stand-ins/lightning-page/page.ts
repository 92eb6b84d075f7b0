/** The page around the component: the app's bar and background as Lightning Experience shows them. */
export function page(permitted: boolean): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>File Migration (simulated org)</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/slds/styles/salesforce-lightning-design-system.min.css">
<style>
html, body { background: #f3f3f3; }
.app { background: #fff; border-bottom: 3px solid #0176d3; }
main { max-width: 80rem; margin: 0.75rem auto; padding: 0 0.75rem; }
</style>
</head>
<body>
<header class="app slds-p-horizontal_medium slds-p-vertical_small slds-grid slds-grid_vertical-align-center">
<span class="slds-text-heading_small slds-col">File Migration</span>
<span class="slds-badge">simulated org</span>
</header>
<main></main>
<script>globalThis.previewPermitted = ${permitted};</script>
<script src="/app.js"></script>
</body>
</html>
`;
}
