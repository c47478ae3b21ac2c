// Made by `make bundle` from web/src: edit there.
"use strict";var bundled=(()=>{var a=Object.defineProperty;var d=Object.getOwnPropertyDescriptor;var p=Object.getOwnPropertyNames;var x=Object.prototype.hasOwnProperty;var g=(e,n)=>{for(var s in n)a(e,s,{get:n[s],enumerable:!0})},y=(e,n,s,o)=>{if(n&&typeof n=="object"||
typeof n=="function")for(let t of p(n))!x.call(e,t)&&t!==s&&a(e,t,{get:()=>n[t],enumerable:!(o=d(n,t))||
o.enumerable});return e};var b=e=>y(a({},"__esModule",{value:!0}),e);var k={};g(k,{default:()=>S,indentation:()=>c});function l(e,n={},...s){let o=document.createElement(e);for(let[t,r]of Object.entries(n))r===!1||r==
null||(t.startsWith("on")?o.addEventListener(t.slice(2),r):t==="style"?h(o,r):o.setAttribute(t,r===!0?
"":String(r)));for(let t of s.flat())t!=null&&t!==!1&&o.append(t);return o}function h(e,n){for(let[s,
o]of Object.entries(n))e.style.setProperty(s,String(o))}function c(e){let n=e.slice(e.lastIndexOf(`
`)+1),s=n.trimEnd().endsWith(":")?"    ":"";return(/^ */.exec(n)?.[0]??"")+s}function m({model:e,el:n}){
let s=()=>{e.set("value",t.value),e.save_changes()},o=()=>{s(),e.send(t.value)},t=l("textarea",{"ari\
a-label":"Your code; Shift+Enter tries it",rows:e.get("value").split(`
`).length+3,spellcheck:"false",onchange:s,onkeydown:i=>{if(i.stopPropagation(),i.key!=="Enter"||i.isComposing)
return;i.preventDefault();let f=`
${c(t.value.slice(0,t.selectionStart))}`;i.shiftKey||i.ctrlKey||i.metaKey?o():document.execCommand("\
insertText",!1,f)}});t.value=e.get("value");let u=l("button",{type:"button",class:"jupyter-button wi\
dget-button",onclick:o},"Try it");n.dataset.lmSuppressShortcuts="true",n.append(t,u)}var S={render:m};return b(k);})();
export default bundled.default;
