--- Which files the server is started for. It goes by their names, as the server does.
---
--- Neovim's filetypes are wider: most TOML and YAML files ask for no packages. Nor do most Python files, where a
--- server that has nothing to say would still take over the completion of Neovim's own.
local M = {}

--- The filetypes that these files have, in Neovim 0.11 and 0.12 and in the file type plugins that are around.
M.FILETYPES = { 'requirements', 'python', 'toml', 'yaml', 'cfg', 'dosini', 'pipfile' }

--- Patterns of names in lower case, by the end of the name.
---@type table<string, string[]>
local NAMES = {
  toml = { '^pyproject%.toml$', '^pylock%.toml$', '^pylock%.[^.]+%.toml$' },
  cfg = { '^setup%.cfg$' },
  py = { '^setup%.py$' },
  conf = { '^pip%.conf$' },
  ini = { '^pip%.ini$' },
  yml = { '^environment', 'environment%.yml$' },
  yaml = { '^environment', 'environment%.yaml$' },
}

--- Whether a Python file says in a block of comments what it needs (PEP 723).
---@param bufnr integer
---@return boolean
local function has_block(bufnr)
  for _, line in ipairs(vim.api.nvim_buf_get_lines(bufnr, 0, -1, false)) do
    if vim.startswith(line, '# /// script') then
      return true
    end
  end
  return false
end

---@param bufnr integer
---@return boolean
function M.is_ours(bufnr)
  local filetype = vim.bo[bufnr].filetype
  if filetype == 'requirements' or filetype == 'python' and has_block(bufnr) then
    return true
  end
  local name = vim.fs.basename(vim.api.nvim_buf_get_name(bufnr))
  if name == 'Pipfile' then
    return true
  end
  name = name:lower()
  for _, pattern in ipairs(NAMES[name:match('%.([^.]+)$')] or {}) do
    if name:find(pattern) then
      return true
    end
  end
  return false
end

return M
