"use strict";
// Sends the form on at once; without this script its button does.
document.getElementById("leave").submit();
