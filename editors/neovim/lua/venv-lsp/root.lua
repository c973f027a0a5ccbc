--- Which folder the server is told to be the workspace of a file.
---
--- The server looks for environments above this folder too, so the root decides only where else a
--- new environment is offered, never whether an existing one is found.
local M = {}

local MARKERS = { '.git', 'pyproject.toml', '.venv' }

---@param path string
---@param folder string
---@return boolean
local function is_inside(path, folder)
  return vim.startswith(path, folder .. '/')
end

---@param file string Absolute path
---@param working_directory string
---@param home string?
---@return string
function M.of_file(file, working_directory, home)
  file = vim.fs.normalize(file)
  local folder = vim.fs.dirname(file)
  home = home and vim.fs.normalize(home)
  -- The markers have no order among themselves: the nearest folder with any of them is it. `stop`
  -- leaves out the home folder, where a `.git` or `.venv` says nothing about the projects below.
  local marker = vim.fs.find(MARKERS, { path = folder, upward = true, stop = home })[1]
  if marker then
    return vim.fs.dirname(marker)
  end
  -- Who starts Neovim in a playground and opens a file below it means the playground.
  working_directory = vim.fs.normalize(working_directory)
  if working_directory ~= home and is_inside(file, working_directory) then
    return working_directory
  end
  return folder
end

---@param bufnr integer
---@return string? root nil: this buffer is no file on this disk, or none that asks for packages
function M.of_buffer(bufnr)
  local name = vim.api.nvim_buf_get_name(bufnr)
  if name == '' or name:match('^%a[%w+.-]+://') then
    return nil
  end
  if not require('venv-lsp.files').is_ours(bufnr) then
    return nil
  end
  return M.of_file(name, vim.fn.getcwd(), vim.uv.os_homedir())
end

return M
