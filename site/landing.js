const lacks = lacking();
if (lacks) {
  const said = document.getElementById("lacks");
  said.textContent = `${lacks} The race above can still be played, and the chapters below read.`;
  said.hidden = false;
}
